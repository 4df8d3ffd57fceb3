import { widened } from './widened.ts';

/** What counts as outside of all that was seen. */
export interface ExtremeOptions {
  /** Each value is smoothed over so many (exponentially); 1 for not at all. */
  readonly over: number;
  /** So much of the whole range seen so far, and the grain, are far outside. */
  readonly share: number;
  /** Nothing is outside before so many values were seen. */
  readonly atLeast: number;
}

/** The lowest and highest values of each of many slots. */
export interface Extremes {
  /** How far a value is outside of all before it, as a multiple of what counts as far; 0 inside. `grain` is the least distance that counts, in the unit of the value. */
  beyond(slot: number, value: number, grain: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** New extremes: rare in a series that stays as it is, the rarer the longer it is known. */
export function createExtremes(slots: number, { over, share, atLeast }: ExtremeOptions): Extremes {
  let levels = new Float64Array(slots);
  let counts = new Float64Array(slots);
  let lowest = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
  let highest = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY);
  return {
    beyond(slot, value, grain) {
      const count = (counts[slot] ?? 0) + 1;
      const before = levels[slot] ?? 0;
      const level = count === 1 ? value : before + (value - before) / over;
      const [low, high] = [lowest[slot] ?? level, highest[slot] ?? level];
      counts[slot] = count;
      levels[slot] = level;
      if (count < over) return 0;
      lowest[slot] = Math.min(low, level);
      highest[slot] = Math.max(high, level);
      const outside = Math.max(0, level - high, low - level);
      return count > atLeast && outside > 0 ? outside / (share * (high - low) + grain) : 0;
    },
    forget(slot) {
      for (const column of [levels, counts]) column[slot] = 0;
      lowest[slot] = Number.POSITIVE_INFINITY;
      highest[slot] = Number.NEGATIVE_INFINITY;
    },
    grow(wanted) {
      const held = counts.length;
      levels = widened(levels, wanted);
      counts = widened(counts, wanted);
      lowest = widened(lowest, wanted).fill(Number.POSITIVE_INFINITY, held);
      highest = widened(highest, wanted).fill(Number.NEGATIVE_INFINITY, held);
    },
  };
}
