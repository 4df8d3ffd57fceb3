import { describe, expect, it } from 'vitest';
import { type DrawnFault, placeSetting } from '../../src/simulator/cluster/faults/fault-script.ts';
import { faultScripts, lookAlikes } from '../../src/simulator/cluster/faults/index.ts';
import { hasEnded, isReady } from '../../src/simulator/cluster/pods.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { aSimulatedCluster, type Simulated } from './simulated.ts';

const seeds = Array.from({ length: 6 }, (_, n) => n + 1);

interface Told {
  readonly simulated: Simulated;
  readonly drawn: DrawnFault;
  readonly wasHealthy: boolean;
}

/** Draws a variant, lets it be healthy for a minute, injects it, and passes four more. */
function tell(name: string, seed: number): Told {
  const script = [...faultScripts, ...lookAlikes].find((one) => one.name === name);
  if (!script) throw new Error(`no script ${name}`);
  const simulated = aSimulatedCluster({ seed });
  const drawn = script.draw(createRandom(seed), 'shop');
  placeSetting(simulated, drawn);
  simulated.pass(60);
  const wasHealthy = simulated.pods().every(isReady);
  drawn.inject(simulated);
  simulated.pass(240);
  return { simulated, drawn, wasHealthy };
}

/** What can be read of all pods and their events, as one text. */
function read({ simulated }: Told): string {
  const pods = simulated.pods().map((pod) => JSON.stringify(pod.status));
  const nodes = simulated.world.objects.list('nodes').map((node) => JSON.stringify(node.status));
  const scalers = simulated.world.objects.list('horizontalpodautoscalers.autoscaling').map((one) => JSON.stringify(one.status));
  return [...pods, ...nodes, ...scalers, ...simulated.said('Pod')].join('\n');
}

const marks: Readonly<Record<string, RegExp>> = {
  'bad-image': /ImagePullBackOff|ErrImagePull/,
  'bad-medicine': /BackOff x\d+: Back-off restarting failed container/,
  'bad-release': /BackOff x\d+: Back-off restarting failed container/,
  'config-missing': /CreateContainerConfigError/,
  crash: /BackOff x\d+: Back-off restarting failed container/,
  flood: /TooManyReplicas/,
  hang: /Readiness probe failed/,
  leak: /OOMKilled/,
  'low-limit': /OOMKilled/,
  'node-down': /NodeStatusUnknown/,
  'too-large': /Unschedulable/,
  'zone-down': /NodeStatusUnknown/,
};

describe.each(Object.entries(marks))('the fault %s', (name, mark) => {
  it.each(seeds)('shows on a cluster that was healthy before, in variant %i', (seed) => {
    const told = tell(name, seed);
    expect(told.wasHealthy).toBe(true);
    expect(read(told)).toMatch(mark);
  });
});

describe.each(lookAlikes.map(({ name }) => name))('the look-alike %s', (name) => {
  it.each(seeds)('is healthy in the end, and nothing ever failed, in variant %i', (seed) => {
    const told = tell(name, seed);
    expect(
      told.simulated
        .pods()
        .filter((pod) => !hasEnded(pod))
        .every(isReady),
    ).toBe(true);
    expect(read(told)).not.toMatch(/OOMKilled|CrashLoopBackOff|ErrImagePull|"reason":"Error"/);
  });
});

it('every script is in one of the lists and has a mark of its own', () => {
  expect(faultScripts.map(({ name }) => name).sort()).toEqual(Object.keys(marks).sort());
});

it('the same seed draws the same variant, another seed another one', () => {
  for (const script of [...faultScripts, ...lookAlikes]) {
    const drawn = seeds.map((seed) => script.draw(createRandom(seed), 'shop').variant);
    expect(script.draw(createRandom(1), 'shop').variant).toBe(drawn[0]);
    expect(new Set(drawn).size).toBeGreaterThan(1);
  }
});
