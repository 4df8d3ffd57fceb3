import type { Forecasts } from './forecasts.ts';

/** How a climb is recognised. */
export interface ClimbRule {
  /** Lines are fitted to so many values. */
  readonly lineSteps: number;
  /** A line is believed while its errors over what came after it are at most such a share of those of the last value. */
  readonly believed: number;
  /** How many typical errors the margin is. */
  readonly reach: number;
}

/**
 * The straight line through the last values of a window, if lines through earlier parts of the same window have foretold the rest of
 * it much better than the last value did; undefined otherwise, also for a series that falls or stands. Its margin is the size of their
 * errors, which grows with the root of the steps ahead.
 */
export function climbOf(window: Float64Array, horizon: number, { lineSteps, believed, reach }: ClimbRule): Forecasts | undefined {
  const size = window.length;
  const line = lineThrough(window, size - lineSteps, size);
  if (!(line.slope > 0)) return undefined;
  let [own, last, count] = [0, 0, 0];
  for (let end = lineSteps; end < size; end++) {
    const earlier = lineThrough(window, end - lineSteps, end);
    for (let at = end; at < size; at++) {
      const ahead = at - end + 1;
      const value = window[at] ?? Number.NaN;
      own += (value - earlier.end - earlier.slope * ahead) ** 2 / ahead;
      last += (value - (window[end - 1] ?? Number.NaN)) ** 2 / ahead;
      count++;
    }
  }
  if (!(Math.sqrt(own / last) <= believed)) return undefined;
  const typical = Math.sqrt(own / count);
  const at = (side: number) =>
    Float64Array.from({ length: horizon }, (_, n) => line.end + line.slope * (n + 1) + side * reach * typical * Math.sqrt(n + 1));
  return { point: at(0), lower: at(-1), upper: at(1) };
}

/** Least squares; `end` is the line's value at the last of the values. */
function lineThrough(values: Float64Array, from: number, to: number): { readonly slope: number; readonly end: number } {
  const count = to - from;
  const middle = (count - 1) / 2;
  let [mean, product] = [0, 0];
  for (let n = 0; n < count; n++) {
    mean += (values[from + n] ?? Number.NaN) / count;
    product += (n - middle) * (values[from + n] ?? Number.NaN);
  }
  const slope = product / ((count * (count * count - 1)) / 12);
  return { slope, end: mean + slope * middle };
}
