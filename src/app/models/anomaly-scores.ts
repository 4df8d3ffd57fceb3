import type { ForecastErrors } from './interval-rule.ts';

/** One feature alone cannot make a score larger than this over the root of the number of features. */
const BOUND = 20;
/** A window that stands still may still move by this share of the usual change. */
export const STILL_FLOOR = 0.25;
const DAY_MS = 86_400_000;

/** One score for each window: the root of the mean square of its errors, each over the restlessness of its feature, bounded. */
export function anomalyScores({ errors, restlessness, outputs, features }: ForecastErrors): Float64Array {
  return Float64Array.from({ length: errors.length / outputs }, (_, n) => {
    let sum = 0;
    for (let at = 0; at < outputs; at++) {
      const usual = (restlessness[n * features + (at % features)] ?? Number.NaN) + STILL_FLOOR;
      sum += Math.min(BOUND, Math.abs(errors[n * outputs + at] ?? Number.NaN) / usual) ** 2;
    }
    return Math.sqrt(sum / outputs);
  });
}

/** How many scores a series gives in a day. */
export function scoresPerDay(stepMs: number): number {
  return DAY_MS / stepMs;
}
