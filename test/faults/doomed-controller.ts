/**
 * A whole controller that kills itself, by SIGKILL, at the n-th point of its mutating calls (each Store.commit and ClusterWriter.write,
 * before and after). DOOM_AT names the point; without it the controller lives, and prints how many points it passed. Ends when no
 * incident is open any more.
 */
import { writeSync } from 'node:fs';
import { loadConfig } from '../../src/app/config.ts';
import { startApp } from '../../src/app/start.ts';
import type { Context } from '../../src/core/context.ts';
import type { Incident } from '../../src/core/model/incident.ts';

const doomAt = process.env.DOOM_AT === undefined ? undefined : Number(process.env.DOOM_AT);
let points = 0;

function pass(name: string): void {
  if (points === doomAt) {
    writeSync(1, `doomed at ${points} (${name})\n`);
    process.kill(process.pid, 'SIGKILL');
  }
  points += 1;
}

function guarded<Args extends unknown[], Answer>(
  name: string,
  call: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  return async (...args) => {
    pass(`before ${name}`);
    const answer = await call(...args);
    pass(`after ${name}`);
    return answer;
  };
}

/** The same context, with its two mutating ports wired to the end, and no patience. */
function doomed(context: Context): Context {
  const { store, writer } = context;
  return {
    ...context,
    store: { ...store, commit: guarded('Store.commit', (change) => store.commit(change)) },
    writer: { write: guarded('ClusterWriter.write', (write, version, stamp) => writer.write(write, version, stamp)) },
    actions: context.actions.map((action) => ({ ...action, verify: { settleMs: 1_000, deadlineMs: 30_000 } })),
  };
}

const namespaces = (process.env.DOOM_NAMESPACE ?? '').split(',');
const config = loadConfig({ mode: 'auto', namespaces, config: process.env.DOOM_CONFIG, ownNamespace: process.env.DOOM_HOME }, process.env);
const app = await startApp(config, { adapt: doomed });
await app.cluster.waitForSync(AbortSignal.timeout(30_000));
const until = Date.now() + 90_000;
let ended: readonly Incident[] = [];
while (Date.now() < until && ended.length === 0) {
  await app.loop.look();
  const { open } = await app.loop.mend();
  if (open === 0) ended = await app.context.store.incidents({ since: 0 });
  await app.context.clock.sleep(250);
}
writeSync(1, `${JSON.stringify({ points, incidents: ended.map(({ id, phase, reason }) => ({ id, phase, reason })) })}\n`);
await app.stop();
