import type { ForecastErrors } from './interval-rule.ts';

/** One feature alone cannot make a score larger than this over the root of the number of features. */
const BOUND = 20;
/** A window that stands still may still move by this share of the usual change. */
export const STILL_FLOOR = 0.25;
const DAY_MS = 86_400_000;

/**
 * One score for each window: the root of the mean square of its errors, each over the restlessness of its feature, in the feature's unit
 * where there are such, bounded.
 */
export function anomalyScores(told: ForecastErrors, units?: readonly number[]): Float64Array {
  const { errors, outputs, features } = told;
  return Float64Array.from({ length: errors.length / outputs }, (_, n) => {
    let sum = 0;
    for (let at = 0; at < outputs; at++) sum += Math.min(BOUND, overUsual(told, n * outputs + at) / (units?.[at % features] ?? 1)) ** 2;
    return Math.sqrt(sum / outputs);
  });
}

function overUsual({ errors, restlessness, outputs, features }: ForecastErrors, at: number): number {
  const usual = (restlessness[Math.floor(at / outputs) * features + (at % features)] ?? Number.NaN) + STILL_FLOOR;
  return Math.abs(errors[at] ?? Number.NaN) / usual;
}

/** One row in so many is further off than the unit of its feature. */
const UNIT_ROWS = 1_000;

/**
 * By feature, the error over its restlessness that one row in a thousand has: what one feature does every day, such as a burst of writes,
 * must not be as odd as what another one never does. At least 1.
 */
export function scoreUnits(told: ForecastErrors): readonly number[] {
  const { errors, features } = told;
  return Array.from({ length: features }, (_, feature) => {
    const own = Float64Array.from({ length: errors.length / features }, (_row, n) => overUsual(told, n * features + feature)).sort();
    return Math.max(1, own[Math.floor(own.length * (1 - 1 / UNIT_ROWS))] ?? 1);
  });
}

/** How many scores a series gives in a day. */
export function scoresPerDay(stepMs: number): number {
  return DAY_MS / stepMs;
}
