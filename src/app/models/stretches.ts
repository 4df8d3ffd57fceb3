import { type Baseline, baselinesOf } from './baselines.ts';
import type { ForecastErrors } from './interval-rule.ts';
import type { Scaler } from './scaler.ts';
import { MODEL, type Stretch } from './skill.ts';
import type { Windows } from './windows.ts';

/** As many stretches there should be at least; with fewer series, each is cut into several in time. */
const WANTED = 30;

/** What is known of the held-out windows. */
export interface HeldOut {
  readonly windows: Windows;
  readonly scaler: Scaler;
  /** The windows that are asked, ascending. */
  readonly starts: Int32Array;
  /** Of the model, for these windows. */
  readonly errors: ForecastErrors;
  /** The instant up to which baselines may learn. */
  readonly learntUntil: number;
}

/** The errors of the model and of all baselines by stretch: mean absolute errors of a window, in usual changes, summed over its windows. */
export function stretchesOf({ windows, scaler, starts, errors, learntUntil }: HeldOut): readonly Stretch[] {
  const baselines = Object.entries(baselinesOf({ ...windows, starts: { ...windows.starts, heldOut: starts } }, learntUntil));
  const groups = groupsOf(windows, starts);
  return groups.map((members) => {
    const own = members.reduce((sum, n) => sum + meanAbsolute(errors.errors.subarray(n * errors.outputs, (n + 1) * errors.outputs)), 0);
    const others = baselines.map(([name, forecast]) => {
      const sum = members.reduce((so, n) => so + baselineError({ windows, scaler, forecast }, starts[n] ?? 0), 0);
      return [name, sum] as const;
    });
    return { [MODEL]: own, ...Object.fromEntries(others) };
  });
}

/** Places of `starts`, by series, and within a series by time. */
function groupsOf({ seriesOf }: Windows, starts: Int32Array): readonly (readonly number[])[] {
  const bySeries = [...Map.groupBy(starts.keys(), (n) => seriesOf[starts[n] ?? 0]).values()];
  const pieces = Math.ceil(WANTED / Math.max(1, bySeries.length));
  return bySeries.flatMap((members) => {
    const size = Math.ceil(members.length / pieces);
    return Array.from({ length: Math.ceil(members.length / size) }, (_, piece) => members.slice(piece * size, (piece + 1) * size));
  });
}

function meanAbsolute(errors: Float64Array): number {
  return errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length;
}

function baselineError(
  { windows, scaler, forecast }: { readonly windows: Windows; readonly scaler: Scaler; readonly forecast: Baseline },
  start: number,
): number {
  const { window, features } = windows.shape;
  const bounded = (value: number, feature: number) =>
    Math.min(scaler.bound, Math.max(-scaler.bound, (value - (scaler.mean[feature] ?? 0)) / (scaler.spread[feature] ?? 1)));
  const errors = forecast(start).map((value, at) => {
    const feature = at % features;
    const truth = windows.rows[(start + window + Math.floor(at / features)) * features + feature] ?? Number.NaN;
    return (bounded(value, feature) - bounded(truth, feature)) * (scaler.gains[feature] ?? 1);
  });
  return meanAbsolute(errors);
}
