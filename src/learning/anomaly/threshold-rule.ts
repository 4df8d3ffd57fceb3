import { alarmsPerSample } from './alarm-budget.ts';
import type { EpisodeOptions } from './episode-thresholds.ts';

/** Constants of the rule. */
export const thresholdRules = {
  usual: { floor: 7, prior: 12, atLeast: 300 },
  /** Where a day has 48 samples or fewer, 300 samples would be six days and more, and one odd sample in a hundred is an alarm in four days. */
  slow: { floor: 3, prior: 8, atLeast: 96 },
  slowStepMs: 1_800_000,
} as const;

/** When a series is odd enough to fire, for series with samples `stepMs` apart: by the budget of alarms, with a floor, and a prior while it is young. */
export function thresholdRule(stepMs: number): Omit<EpisodeOptions, 'halfLife'> {
  const { usual, slow, slowStepMs } = thresholdRules;
  return { ...(stepMs >= slowStepMs ? slow : usual), alarmsPerSample: alarmsPerSample(stepMs) };
}
