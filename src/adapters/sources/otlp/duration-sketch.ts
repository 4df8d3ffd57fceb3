/** The relative error of a quantile, at most. */
const ERROR = 0.02;
const GAMMA = (1 + ERROR) / (1 - ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Shorter ones count as this: a microsecond. */
const SHORTEST_MS = 0.001;
/** Up to four hours and a half. */
const BUCKETS = 586;

/** Durations in about 2.4 KB: quantiles with a relative error of 2 %, count, sum and extremes exactly. */
export interface DurationSketch {
  readonly count: number;
  readonly sumMs: number;
  add(ms: number): void;
  merge(other: DurationSketch): void;
  /** The duration that a share `q` of them does not exceed; NaN when there are none. */
  quantile(q: number): number;
  /** For merging. */
  state(): { readonly buckets: Uint32Array; readonly min: number; readonly max: number };
}

/** An empty sketch: a histogram of logarithmic buckets (Masson, Rim and Lee: DDSketch, VLDB 2019). */
export function durationSketch(): DurationSketch {
  const buckets = new Uint32Array(BUCKETS);
  let [count, sumMs, min, max] = [0, 0, Number.POSITIVE_INFINITY, 0];
  return {
    get count() {
      return count;
    },
    get sumMs() {
      return sumMs;
    },
    add(ms) {
      const index = bucketOf(ms);
      buckets[index] = (buckets[index] ?? 0) + 1;
      count += 1;
      sumMs += ms;
      min = Math.min(min, ms);
      max = Math.max(max, ms);
    },
    merge(other) {
      const state = other.state();
      for (let index = 0; index < BUCKETS; index += 1) buckets[index] = (buckets[index] ?? 0) + (state.buckets[index] ?? 0);
      count += other.count;
      sumMs += other.sumMs;
      min = Math.min(min, state.min);
      max = Math.max(max, state.max);
    },
    quantile(q) {
      if (count === 0) return Number.NaN;
      let rank = Math.ceil(q * count);
      for (let index = 0; index < BUCKETS; index += 1) {
        rank -= buckets[index] ?? 0;
        if (rank <= 0) return Math.min(max, Math.max(min, middleOf(index)));
      }
      return max;
    },
    state: () => ({ buckets, min, max }),
  };
}

function bucketOf(ms: number): number {
  return ms <= SHORTEST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / SHORTEST_MS) / LOG_GAMMA));
}

/** The value whose relative distance to both ends of the bucket is the same. */
function middleOf(index: number): number {
  return (SHORTEST_MS * 2 * GAMMA ** index) / (GAMMA + 1);
}
