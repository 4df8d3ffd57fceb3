import { createRunningQuantiles } from './running-quantiles.ts';
import { createSlidingWindows } from './sliding-windows.ts';
import { widened } from './widened.ts';

/** How far each of many slots is from what it just was, in units of how far it usually is. */
export interface Deviations {
  /**
   * Takes a value and gives its distance from the median of the last ten, divided by the series' own usual distance; 0 until that is
   * known. `grain` is the least distance that counts, in the unit of the value.
   */
  step(slot: number, value: number, grain: number): number;
  /** The median that the last value was compared with. */
  middle(slot: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

const WIDTH = 10;
/** Values that a window needs before its median is compared with. */
const ENOUGH = 3;
/** Distances that must be known before one is judged. */
const LEARNING = 50;
/** The median, and the 95th percentile, of the distances of a normal distribution are so many standard deviations. */
const MEDIAN_SIGMAS = 0.6745;
const HIGH_SIGMAS = 1.96;

/**
 * Robust deviations: the scale is the greater of two estimates of a standard deviation, from the median and from the 95th percentile of
 * past distances, so that a series with heavy tails, or one that mostly stands still, is not odd all the time. `memory` is in samples.
 */
export function createDeviations(slots: number, memory: number): Deviations {
  const windows = createSlidingWindows(slots, WIDTH);
  const ordinary = createRunningQuantiles(slots, { share: 0.5, memory, pace: 3 });
  const high = createRunningQuantiles(slots, { share: 0.95, memory, pace: 6 });
  const parts = [windows, ordinary, high];
  let middles = new Float64Array(slots).fill(Number.NaN);

  function ratio(slot: number, distance: number, grain: number): number {
    const isKnown = ordinary.count(slot) > LEARNING;
    const scale = Math.max(ordinary.value(slot) / MEDIAN_SIGMAS, high.value(slot) / HIGH_SIGMAS) + grain;
    const octaves = Math.log2(distance + grain / 100 + Number.MIN_VALUE);
    ordinary.add(slot, octaves);
    high.add(slot, octaves);
    return isKnown && scale > 0 ? distance / scale : 0;
  }

  return {
    step(slot, value, grain) {
      const middle = windows.median(slot);
      const isEnough = windows.count(slot) >= ENOUGH;
      windows.push(slot, value);
      middles[slot] = isEnough ? middle : value;
      return isEnough ? ratio(slot, Math.abs(value - middle), grain) : 0;
    },
    middle: (slot) => middles[slot] ?? Number.NaN,
    forget(slot) {
      for (const part of parts) part.forget(slot);
      middles[slot] = Number.NaN;
    },
    grow(wanted) {
      for (const part of parts) part.grow(wanted);
      middles = widened(middles, wanted).fill(Number.NaN, middles.length);
    },
  };
}
