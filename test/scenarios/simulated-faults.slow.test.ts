import { it, type TestContext } from 'vitest';
import type { Cluster } from '../../src/simulator/cluster/cluster.ts';
import { type DrawnFault, type FaultScript, placeSetting } from '../../src/simulator/cluster/faults/fault-script.ts';
import { goodRelease } from '../../src/simulator/cluster/faults/good-release.ts';
import { hang } from '../../src/simulator/cluster/faults/hang.ts';
import { lookAlikes } from '../../src/simulator/cluster/faults/index.ts';
import { leak } from '../../src/simulator/cluster/faults/leak.ts';
import { lowLimit } from '../../src/simulator/cluster/faults/low-limit.ts';
import { nodeDown } from '../../src/simulator/cluster/faults/node-down.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { goLive, type Live } from '../simulator/live.ts';

interface Scene {
  readonly one: Live;
  readonly drawn: readonly DrawnFault[];
}

/** The drawn faults among five healthy workloads that have stood for twenty minutes, and kubemend in mode auto. */
async function play({ onTestFinished }: TestContext, scripts: readonly FaultScript[], seed: number) {
  const random = createRandom(seed);
  const drawn = scripts.map((script) => script.draw(random, 'shop'));
  const beside = Array.from({ length: 5 }, () => goodRelease.draw(random, 'shop'));
  const setting = (cluster: Cluster) => {
    for (const one of [...drawn, ...beside]) placeSetting(cluster, one);
  };
  const one = await goLive({ seed, agedSeconds: 1_200, setting });
  onTestFinished(() => one.stop());
  const app = await one.startKubemend('auto');
  await one.pass(30);
  for (const fault of drawn) fault.inject(one.cluster);
  return { one, drawn, app };
}

/** What kubemend changed in the cluster, by the API server's own book. */
const acts = ({ one }: Pick<Scene, 'one'>) =>
  one.api
    .effectiveWrites()
    .filter(({ resource }) => !resource.startsWith('leases') && !resource.startsWith('events'))
    .map(({ method, resource, subresource, name }) => `${method} ${resource}${subresource ? `/${subresource}` : ''} ${name}`);

it.concurrent('a hung pod is evicted once, and its successor is well', { timeout: 90_000 }, async (test) => {
  const { expect } = test;
  const scene = await play(test, [hang], 3);
  const ended = await scene.one.until(
    'end of the incident',
    async () => (await scene.one.incidents(scene.app)).find(({ endedAt }) => endedAt),
    60,
  );
  expect(ended).toMatchObject({ reason: 'recovered', attempts: [{ action: 'evict-pod', outcome: 'recovered' }] });
  expect(acts(scene)).toEqual([expect.stringMatching(/^POST pods\/eviction /)]);
});

it.concurrent('a limit that a rollout set too low is rolled back', { timeout: 90_000 }, async (test) => {
  const { expect } = test;
  const scene = await play(test, [lowLimit], 3);
  const ended = await scene.one.until(
    'end of the incident',
    async () => (await scene.one.incidents(scene.app)).find(({ endedAt }) => endedAt),
    60,
  );
  expect(ended).toMatchObject({ reason: 'recovered', attempts: [{ action: 'rollback-rollout', outcome: 'recovered' }] });
  expect(acts(scene)).toHaveLength(1);
});

it.concurrent('a larger limit that makes a leak no better is undone in place', { timeout: 90_000 }, async (test) => {
  const { expect } = test;
  const scene = await play(test, [leak], 3);
  const ended = await scene.one.until(
    'end of the incident',
    async () => (await scene.one.incidents(scene.app)).find(({ endedAt }) => endedAt),
    60,
  );
  expect(ended).toMatchObject({ phase: 'escalated', attempts: [{ action: 'adjust-resources', undone: true }] });
  const [raised, restored] = acts(scene);
  expect(raised).toMatch(/^PATCH pods\/resize /);
  expect(restored).toBe(raised);
  expect(acts(scene)).toHaveLength(2);
});

it.concurrent('nothing is done about healthy things that look like faults, nor about a silent node', { timeout: 90_000 }, async (test) => {
  const { expect } = test;
  const scene = await play(test, [...lookAlikes, nodeDown], 5);
  await scene.one.pass(240);
  expect(acts(scene)).toEqual([]);
  const subjects = (await scene.one.incidents(scene.app)).map(({ subject }) => subject.kind);
  expect(subjects).toContain('Node');
});
