/**
 * Commits audit rows one after the other and prints the number of each as soon as it is acknowledged:
 * `node store-writer.ts STATE_DIR COUNT`. The crash tests kill it.
 */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { entry, incident } from '../contracts/store-records.ts';

const [stateDir = '', count = ''] = process.argv.slice(2);
const store = openSqliteStore({ stateDir, clock: systemClock });
for (let n = 0; n < Number(count); n++) {
  const id = `${process.pid}-${n}`;
  await store.commit({ incident: incident(id), audit: [entry({ incidentId: id, detail: { text: 'x'.repeat(n % 3000) } })] });
  writeSync(1, `${id}\n`);
}
await store.close();
