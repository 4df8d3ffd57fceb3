import { medianOf } from '../../learning/median-of.ts';
import type { Windows } from './windows.ts';

/** Forecasts each feature of a window at each of the next steps: `horizon * features` numbers, step after step. */
export type Baseline = (start: number) => Float64Array;

/** The seasons that are looked for. */
const SEASONS = { 'same time yesterday': 86_400_000, 'same time an hour before': 3_600_000, 'same time last week': 604_800_000 } as const;
/** How much of the newest value goes into the level. */
const SMOOTHINGS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];

/**
 * What a learned model has to beat: the last value, a smoothed level (SES, its constant chosen where was learnt), the mean of the series
 * so far as was learnt from, the median of the window, and seasons as far as there is history for all windows that are asked.
 */
export function baselinesOf(windows: Windows, until: number): Readonly<Record<string, Baseline>> {
  const asked = windows.starts.heldOut;
  const seasons = Object.entries(SEASONS).flatMap(([name, periodMs]) => {
    const rowsBack = seasonRows(windows, periodMs);
    const isKnown = rowsBack !== undefined && asked.length > 0 && asked.every((start) => hasSeason(windows, { start, rowsBack, periodMs }));
    return isKnown ? [[name, season(windows, rowsBack)] as const] : [];
  });
  return {
    'last value': level(windows, (start, feature) => valueAt(windows, start + windows.shape.window - 1, feature)),
    'smoothed level': smoothedLevel(windows),
    'mean so far': meanSoFar(windows, until),
    'median of the window': level(windows, (start, feature) => medianIn(windows, start, feature)),
    ...Object.fromEntries(seasons),
  };
}

function valueAt({ rows, shape }: Windows, row: number, feature: number): number {
  return rows[row * shape.features + feature] ?? Number.NaN;
}

/** The same value for all steps to come. */
function level({ shape }: Windows, levelOf: (start: number, feature: number) => number): Baseline {
  return (start) => {
    const levels = Float64Array.from({ length: shape.features }, (_, feature) => levelOf(start, feature));
    return Float64Array.from({ length: shape.horizon * shape.features }, (_, at) => levels[at % shape.features] ?? Number.NaN);
  };
}

function medianIn(windows: Windows, start: number, feature: number): number {
  return medianOf(Float64Array.from({ length: windows.shape.window }, (_, step) => valueAt(windows, start + step, feature)));
}

function meanSoFar(windows: Windows, until: number): Baseline {
  const { features } = windows.shape;
  const sums = new Float64Array(windows.firstRow.length * features);
  const counts = new Float64Array(sums.length);
  const pooled = Array.from({ length: features }, () => ({ sum: 0, count: 0 }));
  for (const [row, at] of windows.at.entries()) {
    if (at > until) continue;
    for (let feature = 0; feature < features; feature++) {
      const value = valueAt(windows, row, feature);
      if (!Number.isFinite(value)) continue;
      const place = (windows.seriesOf[row] ?? 0) * features + feature;
      sums[place] = (sums[place] ?? 0) + value;
      counts[place] = (counts[place] ?? 0) + 1;
      const all = pooled[feature];
      if (all) pooled[feature] = { sum: all.sum + value, count: all.count + 1 };
    }
  }
  return level(windows, (start, feature) => {
    const place = (windows.seriesOf[start] ?? 0) * features + feature;
    const all = pooled[feature] ?? { sum: Number.NaN, count: 1 };
    return (counts[place] ?? 0) > 0 ? (sums[place] ?? 0) / (counts[place] ?? 1) : all.sum / all.count;
  });
}

/** Simple exponential smoothing over the whole series, with the constant that was best for each feature where was learnt. */
function smoothedLevel(windows: Windows): Baseline {
  const { features, window, horizon } = windows.shape;
  const best = Array.from({ length: features }, (_, feature) => {
    const tried = SMOOTHINGS.map((smoothing) => {
      const levels = smooth(windows, feature, smoothing);
      let error = 0;
      for (const start of windows.starts.training)
        for (let step = 0; step < horizon; step++)
          error += Math.abs(valueAt(windows, start + window + step, feature) - (levels[start + window - 1] ?? Number.NaN));
      return { levels, error };
    });
    return tried.toSorted((a, b) => a.error - b.error)[0]?.levels ?? new Float64Array();
  });
  return level(windows, (start, feature) => best[feature]?.[start + window - 1] ?? Number.NaN);
}

function smooth(windows: Windows, feature: number, smoothing: number): Float64Array {
  let current = Number.NaN;
  let series = -1;
  return Float64Array.from(windows.at, (_, row) => {
    const value = valueAt(windows, row, feature);
    if (windows.seriesOf[row] !== series) current = Number.NaN;
    series = windows.seriesOf[row] ?? -1;
    if (Number.isFinite(value)) current = Number.isNaN(current) ? value : current + smoothing * (value - current);
    return current;
  });
}

/** How many rows before the same time of the season was; undefined where a step is no whole part of it. */
function seasonRows({ at, shape }: Windows, periodMs: number): number | undefined {
  const stepMs = (at[1] ?? 0) - (at[0] ?? 0);
  const rows = Math.round(periodMs / stepMs);
  return stepMs > 0 && rows >= shape.horizon && rows * stepMs === periodMs ? rows : undefined;
}

function hasSeason(
  { at, seriesOf, shape }: Windows,
  { start, rowsBack, periodMs }: { readonly start: number; readonly rowsBack: number; readonly periodMs: number },
): boolean {
  const first = start + shape.window;
  const before = first - rowsBack;
  return before >= 0 && seriesOf[before] === seriesOf[first] && (at[first] ?? 0) - (at[before] ?? 0) === periodMs;
}

function season(windows: Windows, rowsBack: number): Baseline {
  const { window, horizon, features } = windows.shape;
  return (start) =>
    Float64Array.from({ length: horizon * features }, (_, at) => {
      const row = start + window + Math.floor(at / features) - rowsBack;
      const value = valueAt(windows, row, at % features);
      return Number.isFinite(value) ? value : valueAt(windows, start + window - 1, at % features);
    });
}
