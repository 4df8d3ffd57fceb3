/**
 * The real API server behind a proxy that harms watches in every way that we know of, beside the informer of @kubernetes/client-node,
 * which must not stand it. `node bench/hostile-proxy.ts --injections N` is the long run.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { createRandom } from '../../src/simulator/random.ts';
import { harms, pairs } from '../faults/hostile/harms.ts';
import { type HostileScene, openHostileScene } from '../faults/hostile/hostile-scene.ts';
import { tryStockInformer } from '../faults/hostile/stock-informer.ts';
import { torment } from '../faults/hostile/torment.ts';
import { cleanUp, newNamespace } from './harness.ts';

const MAX_BLIND_MS = 45_000;
/** The slow ones first, so that they go on at the same time. */
const slowFirst = harms.toSorted((a, b) => Number(b.isSlow ?? false) - Number(a.isSlow ?? false));
const isReal = process.env.KUBEMEND_REAL === '1' && Boolean(process.env.KUBECONFIG);

describe.skipIf(!isReal)('behind a hostile proxy (needs KUBECONFIG and KUBEMEND_REAL=1: test/real/run)', () => {
  let scene: HostileScene;
  beforeAll(async () => {
    scene = await openHostileScene();
  });
  afterAll(cleanUp);

  test.concurrent('the adapter is never blind for more than 45 s, and at last equal to the API server', async ({ expect }) => {
    const all = slowFirst.flatMap((harm) => Array.from({ length: 4 }, () => harm));
    const suffered = await torment({ ...scene, harms: all, random: createRandom(1) });
    console.info(
      `blind at most, ms: ${JSON.stringify(suffered.blindMsAfter)}; equal after ${Math.round(suffered.equalAfterMs ?? Number.NaN)} ms`,
    );
    expect(suffered.differences).toEqual([]);
    expect(Object.entries(suffered.blindMs).filter(([, ms]) => ms > MAX_BLIND_MS)).toEqual([]);
    expect(Math.min(...harms.map(({ name }) => suffered.injected[name] ?? 0))).toBe(4);
    expect(suffered.changes).toBeGreaterThan(20);
  });

  test.concurrent('the stock informer goes on with an old view, even where it is started again after each error', async ({ expect }) => {
    const trials = [...harms, ...pairs].flatMap((harm) => [true, false].map((restarts) => ({ harm, restarts })));
    const informed = await Promise.all(
      trials.map(async (trial) => {
        const namespace = await newNamespace({ optedIn: false });
        return tryStockInformer({ ...scene, ...trial, namespace, afterMs: MAX_BLIND_MS });
      }),
    );
    const stale = (restarted: boolean) =>
      informed.filter(({ isEqual, restarts }) => !isEqual && restarts === restarted).map(({ harm }) => harm);
    console.info(`the stock informer was stale 45 s after: ${stale(true).join('; ')}; and without a restart: ${stale(false).join('; ')}`);
    expect(stale(true)).toEqual(
      expect.arrayContaining(['garbage before a frame', 'reordered frames', '410, then a list that is not answered']),
    );
    expect(stale(false)).toEqual(expect.arrayContaining(['reset', '503', '429, Retry-After 5']));
  });
});
