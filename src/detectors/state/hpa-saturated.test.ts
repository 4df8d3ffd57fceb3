import { expect, it } from 'vitest';
import { ask, HOUR, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { horizontalPodAutoscaler } from '../../../test/fakes/objects.ts';
import type { Condition, HorizontalPodAutoscaler } from '../../core/model/objects.ts';
import { hpaSaturated } from './hpa-saturated.ts';

const active = condition('ScalingActive');
const limited = (forMs: number, options: Partial<Condition> = {}) =>
  condition('ScalingLimited', { reason: 'TooManyReplicas', changedAt: NOON - forMs, ...options });

function hpa(conditions: readonly Condition[], options: Partial<HorizontalPodAutoscaler> = {}) {
  return horizontalPodAutoscaler('cart', { currentReplicas: 10, desiredReplicas: 10, conditions, ...options });
}

it.each([
  ['five minutes at the maximum', hpa([active, limited(5 * MINUTE)]), 'firing'],
  ['less', hpa([active, limited(5 * MINUTE - 1)]), 'quiet'],
  ['the minimum', hpa([active, limited(HOUR, { reason: 'TooFewReplicas' })]), 'quiet'],
  ['a limit that does not hold', hpa([active, limited(HOUR, { status: 'False', reason: 'DesiredWithinRange' })]), 'quiet'],
  ['a maximum that is not reached yet', hpa([active, limited(HOUR)], { currentReplicas: 9 }), 'quiet'],
  ['one size by intent', hpa([active, limited(HOUR)], { minReplicas: 10 }), 'quiet'],
  ['metrics that cannot be read', hpa([{ ...active, status: 'False' }, limited(HOUR)]), 'unknown'],
  ['a limit that is not known', hpa([active, limited(HOUR, { status: 'Unknown' })]), 'unknown'],
  ['no report yet', hpa([]), 'unknown'],
  ['an autoscaler that is being deleted', horizontalPodAutoscaler('cart', { deletedAt: NOON, conditions: [] }), 'quiet'],
] as const)('hpa-saturated on %s', (_, subject, expected) => expect(ask(hpaSaturated, [subject]).is).toBe(expected));

it('says the maximum, the target and since when', () => {
  expect(summaryOf(ask(hpaSaturated, [hpa([active, limited(HOUR)])]))).toBe(
    'HorizontalPodAutoscaler shop/cart wants more than its maximum of 10 replicas of Deployment cart for 1 h (since 2027-01-01 11:00:00 UTC); 10 run',
  );
});
