import { widened } from './widened.ts';

/** What running quantiles need to know. */
export interface QuantileOptions {
  /** Between 0 and 1. */
  readonly share: number;
  /** So many samples are remembered; older ones fade. */
  readonly memory: number;
  /** How far one sample may move the estimate, in octaves times the number of samples seen. */
  readonly pace: number;
}

/** One quantile of each of many slots, in constant memory. */
export interface RunningQuantiles {
  /** Takes a sample by its logarithm to base 2. */
  add(slot: number, octaves: number): void;
  /** The estimate, no logarithm any more. */
  value(slot: number): number;
  count(slot: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Quantiles by stochastic approximation (Robbins and Monro 1951) on a logarithmic scale, so that one pace suits every unit. */
export function createRunningQuantiles(slots: number, { share, memory, pace }: QuantileOptions): RunningQuantiles {
  let estimates = new Float64Array(slots);
  let counts = new Float64Array(slots);
  return {
    add(slot, octaves) {
      const count = (counts[slot] ?? 0) + 1;
      counts[slot] = count;
      const old = count === 1 ? octaves : (estimates[slot] ?? 0);
      const gain = pace / Math.min(count, memory);
      if (octaves > old) estimates[slot] = old + gain * share;
      else if (octaves < old) estimates[slot] = old - gain * (1 - share);
      else estimates[slot] = old;
    },
    value: (slot) => 2 ** (estimates[slot] ?? 0),
    count: (slot) => counts[slot] ?? 0,
    forget(slot) {
      estimates[slot] = 0;
      counts[slot] = 0;
    },
    grow(wanted) {
      estimates = widened(estimates, wanted);
      counts = widened(counts, wanted);
    },
  };
}
