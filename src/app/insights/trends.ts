import type { Trend } from './insight.ts';

/** One figure of one pod at one instant; NaN is missing. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

const WINDOW_MS = 15 * 60_000;
/** A slope over fewer points is none. */
const FEWEST_POINTS = 5;

/** How a figure went in the last quarter of an hour; undefined without any figure in it. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const last = points.findLast(({ value }) => !Number.isNaN(value));
  if (!last) return undefined;
  const known = points.filter(({ at, value }) => at > last.at - WINDOW_MS && !Number.isNaN(value));
  const values = known.map(({ value }) => value);
  return {
    last: last.value,
    min: Math.min(...values),
    max: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    changePerHour: known.length < FEWEST_POINTS ? null : slopeOf(known) * 3_600_000,
  };
}

/** Theil and Sen's slope, per ms: the median of the slopes between all pairs, which single outliers do not move. */
export function slopeOf(points: readonly Point[]): number {
  const slopes = points.flatMap((one, index) =>
    points.slice(index + 1).flatMap((other) => (other.at === one.at ? [] : [(other.value - one.value) / (other.at - one.at)])),
  );
  return medianOf(slopes);
}

/** The median; 0 of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.ceil(sorted.length / 2) - 1] ?? 0) + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2;
}
