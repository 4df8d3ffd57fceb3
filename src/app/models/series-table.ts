/** Samples of all features of one pod (or whatever the rows name), oldest first. */
export interface Series {
  /** What the rows call it, such as `shop/cart-1`. */
  readonly name: string;
  /** Epoch milliseconds of each row. */
  readonly at: Float64Array;
  /** `features` numbers for each row; NaN is missing. */
  readonly values: Float64Array;
}

/** Series with the same features. */
export interface SeriesTable {
  readonly file: string;
  readonly features: readonly string[];
  readonly series: readonly Series[];
  /** The usual distance of two rows of a series; undefined when no series has two rows. */
  readonly stepMs: number | undefined;
  /** Rows left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** The distance between neighbouring rows that is met most in the middle: the median over all series; undefined without any. */
export function usualStepMs(series: readonly Series[]): number | undefined {
  const steps = series.flatMap(({ at }) => Array.from(at.subarray(1, 1_000), (time, n) => time - (at[n] ?? time)));
  return steps.length === 0 ? undefined : Float64Array.from(steps).sort()[Math.floor(steps.length / 2)];
}
