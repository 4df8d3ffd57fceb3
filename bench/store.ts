/** Commits per second of the SQLite store, one by one and concurrent; and how long a check of the chain takes. `node bench/store.ts` */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../src/adapters/store/sqlite/sqlite-store.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import type { Change, Store } from '../src/core/ports.ts';
import { deployment, entry, fullIncident } from '../test/contracts/store-records.ts';

const stateDir = mkdtempSync(join(process.env.KUBEMEND_BENCH_DIR ?? tmpdir(), 'kubemend-bench-'));
const store = openSqliteStore({ stateDir, clock: systemClock });
let made = 0;

/** What intake commits: a new incident of some 2 KB and its audit row. */
function change(): Change {
  const id = `incident-${made++}`;
  return { incident: { ...fullIncident(id), subject: deployment(id) }, audit: [entry({ incidentId: id })] };
}

async function measure(name: string, changes: number, commit: (all: readonly Change[]) => Promise<unknown>): Promise<void> {
  const all = Array.from({ length: changes }, change);
  const start = performance.now();
  await commit(all);
  const ms = performance.now() - start;
  console.log(`${name.padEnd(28)} ${Math.round((changes / ms) * 1000)} commits/s (${changes} in ${Math.round(ms)} ms)`);
}

async function oneByOne(target: Store, all: readonly Change[]): Promise<void> {
  for (const each of all) await target.commit(each);
}

try {
  await measure('warm-up', 200, (all) => oneByOne(store, all));
  await measure('one by one', 2000, (all) => oneByOne(store, all));
  await measure('50 at a time', 10_000, async (all) => {
    for (let at = 0; at < all.length; at += 50) await Promise.all(all.slice(at, at + 50).map((each) => store.commit(each)));
  });
  await measure('all at once', 10_000, (all) => Promise.all(all.map((each) => store.commit(each))));
  const start = performance.now();
  const check = await store.verifyAudit();
  console.log(`check of ${check.intact ? check.rows : 0} audit rows      ${Math.round(performance.now() - start)} ms`);
} finally {
  await store.close();
  rmSync(stateDir, { recursive: true });
}
