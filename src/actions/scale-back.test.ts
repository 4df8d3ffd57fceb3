import { describe, expect, it } from 'vitest';
import { clusterOf, doneAndUndone, factsOf, incidentOn } from '../../test/fakes/acting.ts';
import { deployed } from '../../test/fakes/deployed.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { deployment, horizontalPodAutoscaler } from '../../test/fakes/objects.ts';
import type { Kind, KubeObject } from '../core/model/objects.ts';
import type { Outlook, Reading } from '../core/model/reading.ts';
import type { ScaleUp } from '../core/model/scale-up.ts';
import { scaleBack } from './scale-back.ts';

const MINUTE = 60_000;
const subject = deployment('cart').meta.ref;
const reading = (outlook: Partial<Outlook> = {}, rest: Partial<Reading> = {}): Reading => ({
  ...{ signal: 'reading', id: 'reading:1', subject, at: NOON, detector: 'saturation-ahead', metric: 'cpuCapacityShare' },
  ...{ firing: false, score: 0.2, summary: 'as usual' },
  outlook: { current: 0.2, lower: 0.2, point: 0.2, upper: 0.2, aheadMs: 0, heldUpper: 0.2, heldMs: 10 * MINUTE, ...outlook },
  ...rest,
});
const scaleUp: ScaleUp = { signal: 'scale-up', id: 'scale-up:1', subject, at: NOON - 60 * MINUTE, from: 4, to: 6 };
const six = deployed('cart', { replicas: 6 });

interface Scene {
  readonly objects?: readonly KubeObject[];
  readonly said?: readonly Reading[];
  readonly scaleUps?: readonly ScaleUp[];
  readonly blindFor?: Kind;
  /** How the workload stands live, where the view is behind. */
  readonly live?: KubeObject;
}

async function proposal({ objects = six, said = [reading()], scaleUps = [scaleUp], blindFor, live }: Scene = {}) {
  const cluster = clusterOf(...objects);
  if (blindFor) cluster.setAge(blindFor, undefined);
  const facts = factsOf({ ...cluster, readings: () => said, scaleUps: () => scaleUps });
  if (live) cluster.put(live);
  return { cluster, proposal: await scaleBack.propose(incidentOn(objects[0] ?? expect.fail()), 'excess-capacity', facts) };
}

describe('scale-back', () => {
  it('takes back what kubemend has added, for a person to decide', async () => {
    const { proposal: made } = await proposal();
    expect(made).toMatchObject({
      specSeen: 'generation:1',
      summary: 'scale Deployment shop/cart back from 6 to 4 replicas (it had 4 before kubemend scaled it up)',
      input: { from: 6, replicas: 4 },
    });
    expect(scaleBack.write(made?.input)).toEqual({ verb: 'scale', target: subject, replicas: 4 });
    expect(scaleBack.impact).toMatchObject({ tier: 'high', reversible: true });
  });

  it('takes back only what the upper end can spare', async () => {
    expect((await proposal({ said: [reading({ heldUpper: 0.55 })] })).proposal).toMatchObject({ input: { replicas: 5 } });
  });

  it('gives back the exact count when it is undone', async () => {
    const { cluster, proposal: made } = await proposal();
    const { acted, undone } = await doneAndUndone(scaleBack, made ?? expect.fail(), cluster);
    expect([acted.object, undone?.object]).toMatchObject([{ replicas: 4 }, { replicas: 6 }]);
  });

  it.each<[string, Scene]>([
    ['an autoscaler decides about it', { objects: [...six, horizontalPodAutoscaler('cart')] }],
    ['a pod is not ready', { objects: deployed('cart', { replicas: 6, unready: 1 }) }],
    ['a rollout is in progress', { objects: deployed('cart', { replicas: 6, updatedReplicas: 3 }) }],
    ['somebody else has changed the number since', { objects: deployed('cart', { replicas: 7 }) }],
    ['somebody changes it at this moment', { live: deployment('cart', { replicas: 9 }) }],
    ['it goes at this moment', { live: deployment('cart', { replicas: 6, deletedAt: NOON }) }],
    ['kubemend has not scaled it up', { scaleUps: [] }],
    ['nothing is said of its CPU', { said: [] }],
    ['what is said is old', { said: [reading({}, { at: NOON - 3 * MINUTE })] }],
    ['the samples have had a gap', { said: [reading({ heldMs: 3 * MINUTE })] }],
    ['the upper end needs them all', { said: [reading({ heldUpper: 0.8 })] }],
    ['pods are not in fresh view', { blindFor: 'Pod' }],
    ['autoscalers are not in fresh view', { blindFor: 'HorizontalPodAutoscaler' }],
  ])('proposes nothing when %s', async (_why, scene) => {
    expect((await proposal(scene)).proposal).toBeUndefined();
  });
});

describe('the preview of scale-back', () => {
  const input = { workload: subject, from: 6, replicas: 4 };
  it('counts the pods that it ends as taken', () => {
    expect(scaleBack.preview(input, factsOf(clusterOf(...six)))).toEqual({
      ...{ readyPodsNow: 6, readyPodsTaken: 2, affectedPods: [] },
      notes: ['its controller chooses which 2 of its pods end'],
    });
  });

  it('counts nothing while it is blind', () => {
    const cluster = clusterOf(...six);
    cluster.setAge('Pod', undefined);
    expect(scaleBack.preview(input, factsOf(cluster)).readyPodsTaken).toBeUndefined();
  });

  it('refuses to go down to nothing', () => {
    expect(() => scaleBack.write({ ...input, replicas: 0 })).toThrow();
  });
});
