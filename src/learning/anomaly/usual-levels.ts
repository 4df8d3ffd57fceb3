import { widened } from './widened.ts';

/** Where each of many slots usually is, and how far it strays from there. */
export interface UsualLevels {
  /** The distance of a value from the usual level in units of the usual deviation, 0 until that is known. */
  ratio(slot: number, value: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Values that must be known before one is judged. */
const LEARNING = 50;
/** A deviation below this share of the largest value of the series is none. */
const GRAIN = 1e-3;
/** A value teaches no more than so many usual deviations. */
const MOST = 5;

/** Means and variances that fade, with a memory in samples. */
export function createUsualLevels(slots: number, memory: number): UsualLevels {
  let means = new Float64Array(slots);
  let variances = new Float64Array(slots);
  let largest = new Float64Array(slots);
  let counts = new Float64Array(slots);
  return {
    ratio(slot, value) {
      const count = (counts[slot] ?? 0) + 1;
      const most = Math.max(largest[slot] ?? 0, Math.abs(value));
      const usual = Math.sqrt(variances[slot] ?? 0) + GRAIN * most;
      const distance = value - (means[slot] ?? 0);
      const isKnown = count > LEARNING;
      const taught = isKnown ? Math.max(-MOST * usual, Math.min(MOST * usual, distance)) : distance;
      const weight = 1 / Math.min(count, memory);
      counts[slot] = count;
      largest[slot] = most;
      means[slot] = (means[slot] ?? 0) + weight * taught;
      variances[slot] = (1 - weight) * ((variances[slot] ?? 0) + weight * taught * taught);
      return isKnown && usual > 0 ? Math.abs(distance) / usual : 0;
    },
    forget(slot) {
      for (const column of [means, variances, largest, counts]) column[slot] = 0;
    },
    grow(wanted) {
      means = widened(means, wanted);
      variances = widened(variances, wanted);
      largest = widened(largest, wanted);
      counts = widened(counts, wanted);
    },
  };
}
