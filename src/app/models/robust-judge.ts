import { createSlidingWindows } from '../../learning/anomaly/sliding-windows.ts';
import type { Judged } from './anomalies.ts';
import type { SeriesTable } from './series-table.ts';

/** The constants of the robust detector, and the threshold that is used unless another is given. */
export const robustDefaults = { window: 60, least: 20, threshold: 8, floorShare: 0.1 } as const;

/** A normal distribution's standard deviation over its median absolute deviation. */
const NORMAL = 1.4826;

/**
 * How far each value lies from the median of the rows before it, in robust standard deviations (median absolute deviation: Hampel 1974;
 * Iglewicz and Hoaglin 1993). A spread below a share of the feature's own range counts as that share, so that flat stretches do not cry.
 */
export function judgeRobustly({ series, features }: SeriesTable, threshold: number): readonly Judged[] {
  return series.flatMap((one) =>
    features.map((feature, column) => {
      const values = one.at.map((_, row) => one.values[row * features.length + column] ?? Number.NaN);
      return { series: one.name, feature, at: one.at, values, ...judged(values, threshold) };
    }),
  );
}

function judged(values: Float64Array, threshold: number): Pick<Judged, 'expected' | 'tolerance' | 'scores'> {
  const { window, least, floorShare } = robustDefaults;
  const before = createSlidingWindows(1, window);
  const floor = floorShare * usualRange(values);
  const [expected, tolerance, scores] = [0, 1, 2].map(() => new Float64Array(values.length).fill(Number.NaN));
  if (!expected || !tolerance || !scores) throw new RangeError('unreachable');
  for (const [row, value] of values.entries()) {
    if (!Number.isFinite(value)) continue;
    if (before.count(0) >= least) {
      const middle = before.median(0);
      const spread = Math.max(NORMAL * before.spread(0, middle), floor, Number.MIN_VALUE);
      expected[row] = middle;
      tolerance[row] = threshold * spread;
      scores[row] = Math.abs(value - middle) / spread;
    }
    before.push(0, value);
  }
  return { expected, tolerance, scores };
}

/** From the 5th to the 95th of a hundred values; a feature that nearly never moves has the range of its size. */
function usualRange(values: Float64Array): number {
  const sorted = values.filter(Number.isFinite).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return at(0.95) - at(0.05) || Math.abs(at(0.5));
}
