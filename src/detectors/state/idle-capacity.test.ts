import { expect, it } from 'vitest';
import { deployed } from '../../../test/fakes/deployed.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { daemonSet } from '../../../test/fakes/objects.ts';
import { fakeView } from '../../../test/fakes/view.ts';
import type { KubeObject } from '../../core/model/objects.ts';
import type { Reading } from '../../core/model/reading.ts';
import type { ScaleUp } from '../../core/model/scale-up.ts';
import { idleCapacity } from './idle-capacity.ts';

const MINUTE = 60_000;

/** What it says of six replicas of which at most so much of the limits is used, where kubemend made them six of four. */
function said(
  heldUpper: number,
  rest: { readonly at?: number; readonly scaleUps?: readonly ScaleUp[]; readonly objects?: readonly KubeObject[] } = {},
) {
  const objects = rest.objects ?? deployed('cart', { replicas: 6 });
  const subject = objects[0]?.meta.ref ?? expect.fail();
  const reading: Reading = {
    ...{ signal: 'reading', id: 'reading:1', subject, at: rest.at ?? NOON, detector: 'saturation-ahead', metric: 'cpuCapacityShare' },
    ...{ firing: false, score: 0.2, summary: 'as usual' },
    outlook: { current: 0.2, lower: 0.2, point: 0.2, upper: 0.2, aheadMs: 0, heldUpper, heldMs: 10 * MINUTE },
  };
  const scaleUps: readonly ScaleUp[] = rest.scaleUps ?? [
    { signal: 'scale-up', id: 'scale-up:1', subject, at: NOON - 60 * MINUTE, from: 4, to: 6 },
  ];
  return idleCapacity.detect(fakeView(objects, { readings: [reading], scaleUps }).timelineOf(subject));
}

it('fires for replicas that kubemend added and that are not needed, with the figures, on the reading and the state', () => {
  expect(said(0.31)).toEqual({
    is: 'firing',
    summary:
      'Deployment shop/cart has had 6 replicas since kubemend scaled it up from 4; they use, and by the upper end of the forecast will use, at most 31 % of their capacity: 4 would do',
    score: 0.69,
    evidence: ['reading:1', expect.stringMatching(/^Deployment:/)],
  });
});

it('is quiet while they are needed, and about what kubemend has not scaled', () => {
  expect(said(0.8)).toEqual({ is: 'quiet' });
  expect(said(0.1, { scaleUps: [] })).toEqual({ is: 'quiet' });
});

it('does not take missing samples for idleness', () => {
  expect(said(0, { at: NOON - 3 * MINUTE })).toEqual({ is: 'unknown', why: 'no fresh word on what it uses of its CPU' });
});

it('does not judge while a pod is not ready', () => {
  expect(said(0.1, { objects: deployed('cart', { replicas: 6, unready: 1 }) })).toMatchObject({ is: 'unknown' });
});

it('is not asked about what has no replica count', () => {
  expect(idleCapacity.watches).not.toContain(daemonSet('agent').kind);
});
