import { describe, expect, it } from 'vitest';
import { deployed } from '../../test/fakes/deployed.ts';
import { condition, NOON } from '../../test/fakes/object-meta.ts';
import { deployment } from '../../test/fakes/objects.ts';
import { fakeView } from '../../test/fakes/view.ts';
import { isWorkload, type KubeObject } from './model/objects.ts';
import type { Outlook, Reading } from './model/reading.ts';
import type { ScaleUp } from './model/scale-up.ts';
import { spareReplicas } from './spare-replicas.ts';

const MINUTE = 60_000;
const idle: Outlook = { current: 0.2, lower: 0.1, point: 0.2, upper: 0.3, aheadMs: 300_000, heldUpper: 0.3, heldMs: 10 * MINUTE };

interface Story {
  readonly objects?: readonly KubeObject[];
  readonly scaleUp?: Partial<ScaleUp>;
  readonly outlook?: Partial<Outlook>;
  readonly reading?: Partial<Reading>;
}

/** What is said of six replicas, two of which kubemend added an hour ago. */
function said({ objects = deployed('cart', { replicas: 6 }), scaleUp = {}, outlook = {}, reading = {} }: Story = {}) {
  const [workload] = objects;
  if (!workload || !isWorkload(workload)) throw new Error('no workload');
  const subject = workload.meta.ref;
  const readings: Reading[] = [
    {
      ...{ signal: 'reading', id: 'reading:1', subject, at: NOON - 15_000, detector: 'saturation-ahead', metric: 'cpuCapacityShare' },
      ...{ firing: false, score: 0.2, summary: 'as usual', outlook: { ...idle, ...outlook } },
      ...reading,
    },
  ];
  const scaleUps: ScaleUp[] = [{ signal: 'scale-up', id: 'scale-up:1', subject, at: NOON - 60 * MINUTE, from: 4, to: 6, ...scaleUp }];
  return spareReplicas(workload, fakeView(objects, { readings, scaleUps }).timelineOf(subject));
}

const other = deployment('cart');

describe('replicas that kubemend has added', () => {
  it('are spare when even the upper end of ten minutes fits into fewer', () => {
    expect(said()).toMatchObject({ is: 'spare', to: 4, scaleUp: { from: 4, to: 6 }, reading: { id: 'reading:1' } });
  });

  it('are taken back in part when some of them are needed', () => {
    expect(said({ outlook: { heldUpper: 0.55 } })).toMatchObject({ is: 'spare', to: 5 });
  });

  it.each([0.59, 0.9, 1.4])('are needed when at most %d of their limits may be used', (heldUpper) => {
    expect(said({ outlook: { heldUpper } })).toEqual({ is: 'none' });
  });

  it('never go below what there was before, however idle', () => {
    expect(said({ outlook: { current: 0, heldUpper: 0 } })).toMatchObject({ to: 4 });
  });

  it.each<[string, Story]>([
    ['somebody else has changed the number since', { scaleUp: { to: 5 } }],
    ['they were added less than ten minutes ago', { scaleUp: { at: NOON - 9 * MINUTE } }],
    ['the samples reach back for less than ten minutes', { outlook: { heldMs: 9 * MINUTE } }],
    ['saturation is ahead', { reading: { firing: true } }],
    ['kubemend scaled up another object of the name', { scaleUp: { subject: { ...other.meta.ref, uid: 'another' } } }],
  ])('are none of its business when %s', (_why, story) => {
    expect(said(story)).toEqual({ is: 'none' });
  });

  const resting = deployed('cart', { replicas: 6 });
  const leaving = resting.map((object, n) => (n === 7 ? { ...object, meta: { ...object.meta, deletedAt: NOON } } : object));
  it.each<[string, Story]>([
    ['the newest sample is old', { reading: { at: NOON - 3 * MINUTE } }],
    ['the reading is of memory', { reading: { metric: 'memoryCapacityShare' } }],
    ['a pod is not ready', { objects: deployed('cart', { replicas: 6, unready: 1 }) }],
    ['a pod is leaving', { objects: leaving }],
    ['a pod is missing', { objects: resting.slice(0, -1) }],
    ['a rollout is in progress', { objects: deployed('cart', { replicas: 6, updatedReplicas: 2 }) }],
    [
      'a new spec has not been seen by its controller',
      { objects: deployed('cart', { replicas: 6, generation: 3, observedGeneration: 2 }) },
    ],
    ['it is paused', { objects: deployed('cart', { replicas: 6, isPaused: true, conditions: [condition('Available')] }) }],
  ])('are unknown when %s', (_why, story) => {
    expect(said(story)).toMatchObject({ is: 'unknown' });
  });
});
