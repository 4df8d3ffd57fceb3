import type { TailOptions } from './tail-thresholds.ts';

/** When a series is odd enough to fire, by how far apart its samples are. */
export type ThresholdRule = Omit<TailOptions, 'halfLife'>;

/** Constants of the rule. */
export const thresholdRules = {
  usual: { share: 0.995, floor: 7, prior: 12, atLeast: 300 },
  /** Where a day has 48 samples or fewer: the same false alarms per day leave room for a lower threshold, and 300 samples would be twelve days. */
  slow: { share: 0.99, floor: 3, prior: 8, atLeast: 96 },
  slowStepMs: 1_800_000,
} as const satisfies { readonly usual: ThresholdRule; readonly slow: ThresholdRule; readonly slowStepMs: number };

/** The rule for series with samples `stepMs` apart. */
export function thresholdRule(stepMs: number): ThresholdRule {
  return stepMs >= thresholdRules.slowStepMs ? thresholdRules.slow : thresholdRules.usual;
}
