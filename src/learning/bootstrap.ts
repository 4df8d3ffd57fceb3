/** Named figures, such as `{ F1: 0.7 }`. */
export type Figures = Readonly<Record<string, number>>;
/** For each figure the bounds between which it lies with the chance asked for. */
export type Intervals = Readonly<Record<string, readonly [low: number, high: number]>>;

/** What a bootstrap may choose. */
export interface BootstrapOptions {
  /** Numbers in [0, 1); the same ones give the same intervals. */
  readonly random: () => number;
  /** How often cases are drawn anew. */
  readonly resamples?: number;
  /** The chance that an interval holds the true figure, for instance 0.95. */
  readonly level?: number;
}

/**
 * Percentile bootstrap intervals (Efron 1979) of figures that are computed from cases: the cases are drawn with replacement, and the
 * figures computed again. With fewer than some twenty cases such intervals are too narrow. Throws a `RangeError` without any case.
 */
export function bootstrapIntervals<Case>(
  cases: readonly Case[],
  figuresOf: (sample: readonly Case[]) => Figures,
  { random, resamples = 2_000, level = 0.95 }: BootstrapOptions,
): Intervals {
  if (cases.length === 0) throw new RangeError('a bootstrap needs at least one case');
  const drawn = new Map<string, Float64Array>();
  for (let n = 0; n < resamples; n++) {
    const sample = cases.map((one) => cases[Math.floor(random() * cases.length)] ?? one);
    for (const [name, value] of Object.entries(figuresOf(sample))) {
      const values = drawn.get(name) ?? new Float64Array(resamples).fill(Number.NaN);
      values[n] = value;
      drawn.set(name, values);
    }
  }
  const tail = (1 - level) / 2;
  return Object.fromEntries([...drawn].map(([name, values]) => [name, [quantile(values, tail), quantile(values, 1 - tail)] as const]));
}

/** Between the two nearest values; NaN where a sample had no such figure. */
function quantile(values: Float64Array, share: number): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = values.toSorted();
  const at = share * (sorted.length - 1);
  const [below = Number.NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
