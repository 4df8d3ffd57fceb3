import { widened } from './widened.ts';

/** What usual sizes depend on. */
export interface UsualSizeOptions {
  /** So many samples are remembered; older ones fade. */
  readonly memory: number;
  /** A ratio is at most this, and one deviation teaches no more than so many times the usual. */
  readonly most: number;
}

/** How large the deviations of each of many slots usually are. */
export interface UsualSizes {
  /** The size of a deviation in units of the usual one, 0 until that is known. `value` says how large the series itself is. */
  ratio(slot: number, deviation: number, value: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Deviations that must be known before one is judged. */
const LEARNING = 50;
/** A deviation below this share of the largest value of the series is none. */
const GRAIN = 1e-3;

/** Root mean squares that fade, with a memory in samples. */
export function createUsualSizes(slots: number, { memory, most: limit }: UsualSizeOptions): UsualSizes {
  let squares = new Float64Array(slots);
  let largest = new Float64Array(slots);
  let counts = new Float64Array(slots);
  return {
    ratio(slot, deviation, value) {
      const count = (counts[slot] ?? 0) + 1;
      const most = Math.max(largest[slot] ?? 0, Math.abs(value));
      const usual = Math.sqrt(squares[slot] ?? 0) + GRAIN * most;
      const size = Math.abs(deviation);
      const taught = count > LEARNING ? Math.min(size, limit * usual) : size;
      counts[slot] = count;
      largest[slot] = most;
      squares[slot] = (squares[slot] ?? 0) + (taught * taught - (squares[slot] ?? 0)) / Math.min(count, memory);
      return count > LEARNING && usual > 0 ? Math.min(limit, size / usual) : 0;
    },
    forget(slot) {
      for (const column of [squares, largest, counts]) column[slot] = 0;
    },
    grow(wanted) {
      squares = widened(squares, wanted);
      largest = widened(largest, wanted);
      counts = widened(counts, wanted);
    },
  };
}
