/** A histogram's counts at an instant; `startAt` is when it began to count. */
export interface HistogramState {
  readonly at: number;
  readonly startAt?: number | undefined;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** What was counted between two cumulative states; all of the later one when the counting began anew or the buckets changed. */
export function countedSince(before: HistogramState, now: HistogramState): readonly number[] {
  const isSame =
    before.startAt === now.startAt &&
    before.bounds.length === now.bounds.length &&
    before.bounds.every((bound, index) => bound === now.bounds[index]) &&
    before.counts.every((count, index) => count <= (now.counts[index] ?? 0));
  return isSame ? now.counts.map((count, index) => count - (before.counts[index] ?? 0)) : now.counts;
}

/** Whether there is one count more than bounds, and the bounds rise. */
export function isReadable({ bounds, counts }: Pick<HistogramState, 'bounds' | 'counts'>): boolean {
  return counts.length === bounds.length + 1 && bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? bound));
}

/**
 * The value that a share `q` does not exceed, linear within its bucket; the last bound for what lies above it, and 0 as the lower end of the
 * first bucket unless its bound is below (as PromQL's histogram_quantile). NaN when nothing was counted.
 */
export function histogramQuantile(q: number, bounds: readonly number[], counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0 || bounds.length === 0) return Number.NaN;
  let rank = q * total;
  for (const [index, count] of counts.entries()) {
    if (rank > count || count === 0) {
      rank -= count;
      continue;
    }
    const upper = bounds[index];
    if (upper === undefined) break;
    const lower = bounds[index - 1] ?? 0;
    return index === 0 && upper <= 0 ? upper : lower + (upper - lower) * (rank / count);
  }
  return bounds.at(-1) ?? Number.NaN;
}
