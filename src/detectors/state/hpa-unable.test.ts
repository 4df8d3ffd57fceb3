import { expect, it } from 'vitest';
import { ask, HOUR, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { horizontalPodAutoscaler } from '../../../test/fakes/objects.ts';
import type { Condition } from '../../core/model/objects.ts';
import { hpaUnable } from './hpa-unable.ts';

const failed = (type: string, forMs: number, options: Partial<Condition> = {}) =>
  condition(type, { status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics', changedAt: NOON - forMs, ...options });
const hpa = (...conditions: readonly Condition[]) => horizontalPodAutoscaler('cart', { conditions });
const able = condition('AbleToScale');

it.each([
  ['metrics missing for three minutes', hpa(able, failed('ScalingActive', 3 * MINUTE)), 'firing'],
  ['metrics missing for less', hpa(able, failed('ScalingActive', 3 * MINUTE - 1)), 'unknown'],
  ['a target that cannot be read', hpa(failed('AbleToScale', HOUR, { reason: 'FailedGetScale' })), 'firing'],
  ['a target that was scaled to zero', hpa(able, failed('ScalingActive', HOUR, { reason: 'ScalingDisabled' })), 'quiet'],
  ['a pause between two changes', hpa(failed('AbleToScale', HOUR, { reason: 'BackoffBoth' })), 'quiet'],
  ['an autoscaler at work', hpa(able, condition('ScalingActive')), 'quiet'],
  ['a condition that is not known', hpa(able, condition('ScalingActive', { status: 'Unknown' })), 'unknown'],
  ['no report yet', hpa(), 'unknown'],
  ['an autoscaler that is being deleted', horizontalPodAutoscaler('cart', { deletedAt: NOON, conditions: [] }), 'quiet'],
] as const)('hpa-unable on %s', (_, subject, expected) => expect(ask(hpaUnable, [subject]).is).toBe(expected));

it('says what it cannot read, since when and why', () => {
  expect(summaryOf(ask(hpaUnable, [hpa(able, failed('ScalingActive', HOUR))]))).toBe(
    'HorizontalPodAutoscaler shop/cart cannot read its metrics (cpu) for 1 h (since 2027-01-01 11:00:00 UTC), FailedGetResourceMetric: no metrics',
  );
});
