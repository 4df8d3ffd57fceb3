/**
 * What the trees make small: squared, absolute or Huber error, the pinball loss of a quantile (share 0.9: nine in ten lie below), or, for
 * targets 0 and 1, the log-loss of a probability.
 */
export type Loss =
  | { readonly kind: 'squared' }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'quantile'; readonly share: number }
  | { readonly kind: 'logistic' };

/** The downward slope of the loss at a sum: where, and how strongly, a target pulls. */
export function pullOf(loss: Loss, target: number, sum: number): number {
  const residual = target - sum;
  switch (loss.kind) {
    case 'squared':
      return residual;
    case 'absolute':
      return Math.sign(residual);
    case 'huber':
      return Math.max(-loss.delta, Math.min(loss.delta, residual));
    case 'quantile':
      return residual > 0 ? loss.share : loss.share - 1;
    case 'logistic':
      return target - sigmoid(sum);
  }
}

/** The loss itself, to compare sums by. */
export function lossAt(loss: Loss, target: number, sum: number): number {
  const residual = target - sum;
  const size = Math.abs(residual);
  switch (loss.kind) {
    case 'squared':
      return (residual * residual) / 2;
    case 'absolute':
      return size;
    case 'huber':
      return size <= loss.delta ? (residual * residual) / 2 : loss.delta * (size - loss.delta / 2);
    case 'quantile':
      return residual > 0 ? loss.share * residual : (loss.share - 1) * residual;
    case 'logistic':
      return Math.max(sum, 0) - target * sum + Math.log1p(Math.exp(-Math.abs(sum)));
  }
}

/** The curvature of the loss where a target pulls so; 1 for all but the logistic one (for kinks the leaf is set by its quantile instead). */
export function curvatureOf(loss: Loss, target: number, pull: number): number {
  const chance = target - pull;
  return loss.kind === 'logistic' ? Math.max(1e-6, chance * (1 - chance)) : 1;
}

/** Where the sum begins for these targets of one output; reorders them. */
export function baseOf(loss: Loss, targets: Float64Array): number {
  const mean = targets.reduce((sum, one) => sum + one, 0) / Math.max(1, targets.length);
  switch (loss.kind) {
    case 'squared':
      return mean;
    case 'logistic':
      return Math.log(Math.max(mean, 1e-6) / Math.max(1 - mean, 1e-6));
    default:
      return quantileOf(targets, shareOf(loss));
  }
}

/** The quantile that a leaf is set to, for a loss with a kink; undefined for those that take Newton's step. */
export function kinkOf(loss: Loss): number | undefined {
  return loss.kind === 'absolute' || loss.kind === 'quantile' ? shareOf(loss) : undefined;
}

function shareOf(loss: Loss): number {
  return loss.kind === 'quantile' ? loss.share : 0.5;
}

/** The chance that belongs to log-odds. */
export function sigmoid(sum: number): number {
  return 1 / (1 + Math.exp(-sum));
}

/** The value at a share of the way through the sorted values, between two neighbours when it falls there; 0 of none. Reorders them (Hoare's selection, O(n)). */
export function quantileOf(values: Float64Array, share: number): number {
  if (values.length === 0) return 0;
  const at = share * (values.length - 1);
  const below = select(values, Math.floor(at));
  if (at === Math.floor(at)) return below;
  let above = Number.POSITIVE_INFINITY;
  for (let n = Math.floor(at) + 1; n < values.length; n++) above = Math.min(above, values[n] ?? above);
  return below + (above - below) * (at - Math.floor(at));
}

function select(values: Float64Array, rank: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const [left, right] = partition(values, low, high);
    if (rank > right && rank < left) break;
    if (rank <= right) high = right;
    else low = left;
  }
  return values[rank] ?? 0;
}

/** Small ones first; answers where the large ones begin, and where the small ones end. */
function partition(values: Float64Array, low: number, high: number): readonly [left: number, right: number] {
  const pivot = values[(low + high) >>> 1] ?? 0;
  let [left, right] = [low, high];
  while (left <= right) {
    while ((values[left] ?? 0) < pivot) left++;
    while ((values[right] ?? 0) > pivot) right--;
    if (left > right) break;
    const swapped = values[left] ?? 0;
    values[left++] = values[right] ?? 0;
    values[right--] = swapped;
  }
  return [left, right];
}
