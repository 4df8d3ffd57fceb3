import type { Forecasts } from './forecasts.ts';

/** By way the mean error of one row over all steps, in units of `scale`; NaN where a value is missing, or the way had said nothing. */
export function errorsOf(
  said: Float64Array,
  actual: Float64Array,
  { row, scale, ways }: { readonly row: number; readonly scale: number; readonly ways: number },
): Float64Array {
  const sums = new Float64Array(ways);
  actual.forEach((value, step) => {
    const at = (row * actual.length + step) * ways;
    for (let way = 0; way < ways; way++)
      sums[way] = (sums[way] ?? 0) + Math.abs((said[at + way] ?? Number.NaN) - value) / (scale * actual.length);
  });
  return sums;
}

/** By step, whether the value was above the interval (1), below it (-1) or within (0); NaN where it is missing. */
export function sidesOf({ lower, upper }: Forecasts, slot: number, actual: Float64Array): Float64Array {
  return actual.map((value, step) => {
    const at = slot * actual.length + step;
    if (Number.isNaN(value)) return Number.NaN;
    return value > (upper[at] ?? 0) ? 1 : value < (lower[at] ?? 0) ? -1 : 0;
  });
}
