/**
 * The smallest value that has half of the weight at or below it; NaN when nothing has any weight. Values that are NaN do not count. A
 * typed array of a few values: sorted by insertion, in place, with its weights.
 */
export function weightedMedian(values: Float64Array, weights: Float64Array): number {
  const { size, total } = sortWeighted(values, weights);
  let sum = 0;
  for (let n = 0; n < size; n++) {
    sum += weights[n] ?? 0;
    if (sum >= total / 2) return values[n] ?? Number.NaN;
  }
  return Number.NaN;
}

function sortWeighted(values: Float64Array, weights: Float64Array): { readonly size: number; readonly total: number } {
  let [total, size] = [0, 0];
  for (let n = 0; n < values.length; n++) {
    const [value, weight] = [values[n] ?? Number.NaN, weights[n] ?? 0];
    if (Number.isNaN(value) || !(weight > 0)) continue;
    total += weight;
    let at = size++;
    for (; at > 0 && (values[at - 1] ?? 0) > value; at--) {
      values[at] = values[at - 1] ?? 0;
      weights[at] = weights[at - 1] ?? 0;
    }
    values[at] = value;
    weights[at] = weight;
  }
  return { size, total };
}
