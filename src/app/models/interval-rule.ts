import { z } from 'zod';

/**
 * How wide a forecast's interval is: `widths[step * features + feature]` times the window's own restlessness (its mean change from row
 * to row, plus `floor`), all in scaled changes; by split conformal prediction (Vovk; Lei et al. 2018) on the time that was watched.
 */
export const IntervalRule = z.strictObject({
  level: z.number(),
  widths: z.array(z.number()),
  floor: z.number(),
  /** The share of held-out values that lay within; null when nothing was held out. */
  coverage: z.number().nullable(),
});
export type IntervalRule = z.infer<typeof IntervalRule>;

/** The errors of forecasts, one row of `outputs` for each window, with the restlessness of each window by feature. */
export interface ForecastErrors {
  readonly outputs: number;
  readonly features: number;
  readonly errors: Float64Array;
  readonly restlessness: Float64Array;
}

/** The usual level of an interval. */
export const INTERVAL_LEVEL = 0.8;
/** A changes' usual size is 1; a window that stands still may still move by some of that. */
const FLOOR = 0.25;

/** Learns the widths from errors on time that was not learnt from. */
export function intervalRuleFrom(watched: ForecastErrors): Omit<IntervalRule, 'coverage'> {
  const relative = relativeErrors(watched, FLOOR);
  const count = watched.errors.length / watched.outputs;
  const widths = Array.from({ length: watched.outputs }, (_, output) => {
    const sorted = Float64Array.from({ length: count }, (_row, n) => relative[n * watched.outputs + output] ?? 0).sort();
    return sorted[Math.min(count - 1, Math.ceil(INTERVAL_LEVEL * (count + 1)) - 1)] ?? 0;
  });
  return { level: INTERVAL_LEVEL, widths, floor: FLOOR };
}

/** The share of values that lie within their interval; null without any. */
export function coverageOf(rule: Omit<IntervalRule, 'coverage'>, heldOut: ForecastErrors): number | null {
  const relative = relativeErrors(heldOut, rule.floor);
  const within = relative.filter((value, at) => value <= (rule.widths[at % heldOut.outputs] ?? 0)).length;
  return relative.length === 0 ? null : within / relative.length;
}

function relativeErrors({ errors, restlessness, outputs, features }: ForecastErrors, floor: number): Float64Array {
  return errors.map((error, at) => {
    const place = Math.floor(at / outputs) * features + ((at % outputs) % features);
    return Math.abs(error) / ((restlessness[place] ?? 0) + floor);
  });
}
