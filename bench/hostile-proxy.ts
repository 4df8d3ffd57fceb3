/**
 * Harms the adapter's watches through a proxy in front of the real API server of the test bed (test/bed/up apiserver), while objects of
 * every kind come, change and go: `node bench/hostile-proxy.ts [--injections 60] [--seed 1] [--pairs]`. Prints how long each kind was not
 * confirmed at the longest, and whether the cache was equal to the API server's lists afterwards. With --pairs also two faults in a row.
 * Exit code 1: blind for more than 45 s, or not equal.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createRandom } from '../src/simulator/random.ts';
import { harms, pairs } from '../test/faults/hostile/harms.ts';
import { openHostileScene } from '../test/faults/hostile/hostile-scene.ts';
import { torment } from '../test/faults/hostile/torment.ts';
import { bed, cleanUp } from '../test/real/harness.ts';

const MAX_BLIND_MS = 45_000;
const { values } = parseArgs({
  options: {
    injections: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    pairs: { type: 'boolean', default: false },
  },
});

async function run(): Promise<void> {
  const startedAt = performance.now();
  const minutes = () => ((performance.now() - startedAt) / 60_000).toFixed(1);
  const random = createRandom(Number(values.seed));
  const kinds = values.pairs ? [...harms, ...pairs] : harms;
  const drawn = Array.from({ length: Number(values.injections) }, () => kinds[Math.floor(random() * kinds.length)] ?? harms[0]).flatMap(
    (harm) => harm ?? [],
  );
  const progress = (done: number) => {
    if (done % 100 === 0) console.info(`${done} of ${drawn.length} injections, ${minutes()} min`);
  };
  const suffered = await torment({ ...(await openHostileScene()), harms: drawn, random, progress });
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1_000).toFixed(1);
  const byHarm = new Table({ head: ['harm', 'injected', 'longest without confirmation, s'], style: { head: [], border: [] } });
  for (const { name } of kinds) byHarm.push([name, suffered.injected[name] ?? 0, seconds(suffered.blindMsAfter[name])]);
  console.info(byHarm.toString());
  console.info(
    Object.entries(suffered.blindMs)
      .map(([kind, ms]) => `${kind} ${seconds(ms)} s`)
      .join(', '),
  );
  const worst = Math.max(...Object.values(suffered.blindMs));
  const equal =
    suffered.equalAfterMs === undefined
      ? `NOT equal: ${suffered.differences.join('; ')}`
      : `equal ${seconds(suffered.equalAfterMs)} s after the last`;
  console.info(
    `${drawn.length} injections and ${suffered.changes} changes in ${minutes()} min: never blind for more than ${seconds(worst)} s; ${equal}`,
  );
  if (suffered.equalAfterMs === undefined || worst > MAX_BLIND_MS) process.exitCode = 1;
}

const isUp = await bed().then(
  () => true,
  (error: unknown) => {
    console.info(`not measured: ${String(error)}`);
    return false;
  },
);
if (isUp) {
  try {
    await run();
  } finally {
    await cleanUp();
  }
}
