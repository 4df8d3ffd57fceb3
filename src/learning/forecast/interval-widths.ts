/** How intervals find their width. */
export interface IntervalMemory {
  /** The share of values that an interval is to hold, for instance 0.8. */
  readonly level: number;
  /** How far, as a factor's logarithm, one trial may widen the interval of all series, and that of one. */
  readonly poolStep: number;
  readonly ownStep: number;
}

/**
 * Widths of forecast intervals by adaptive conformal inference (Gibbs and Candès 2021) on the logarithm of a factor: too many values
 * outside make it wider, too few narrower. All series share a factor for each step ahead, upwards and downwards; each series has one of
 * its own, for both.
 */
export interface IntervalWidths {
  /** How far the interval reaches up (1) or down (0) a step ahead, in units of `spread`. */
  reach(slot: number, step: number, up: 0 | 1): number;
  /** Takes how one forecast of a series ended: by step, whether the value was above (1), below (-1) or within (0); NaN is left out. */
  settle(slot: number, outside: Float64Array): void;
  /** Ends a round of `settle`. */
  endTrial(): void;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** The logarithm of a factor stays within this distance of 0: e^6 is 400. */
const FURTHEST = 6;

/** Intervals that begin with 1.3 units of spread, growing with the root of the steps. */
export function openIntervalWidths(horizon: number, memory: IntervalMemory): IntervalWidths {
  const outside = 1 - memory.level;
  let own = new Float64Array(0);
  const pool = Float64Array.from({ length: horizon * 2 }, (_, at) => Math.log(1.3 * Math.sqrt((at >> 1) + 1)));
  const missed = new Float64Array(horizon * 2);
  const seen = new Float64Array(horizon);
  return {
    reach: (slot, step, up) => Math.exp((pool[step * 2 + up] ?? 0) + (own[slot] ?? 0)),
    settle(slot, sides) {
      let [misses, count] = [0, 0];
      sides.forEach((side, step) => {
        if (Number.isNaN(side)) return;
        count++;
        seen[step] = (seen[step] ?? 0) + 1;
        if (side === 0) return;
        misses++;
        const at = step * 2 + (side > 0 ? 1 : 0);
        missed[at] = (missed[at] ?? 0) + 1;
      });
      if (count > 0) own[slot] = moved(own[slot], memory.ownStep * (misses / count - outside));
    },
    endTrial() {
      for (let at = 0; at < pool.length; at++) {
        const count = seen[at >> 1] ?? 0;
        if (count > 0) pool[at] = moved(pool[at], memory.poolStep * ((missed[at] ?? 0) / count - outside / 2));
      }
      missed.fill(0);
      seen.fill(0);
    },
    forget: (slot) => void own.fill(0, slot, slot + 1),
    grow(slots) {
      if (slots <= own.length) return;
      const grown = new Float64Array(slots);
      grown.set(own);
      own = grown;
    },
  };
}

function moved(log: number | undefined, by: number): number {
  return Math.max(-FURTHEST, Math.min(FURTHEST, (log ?? 0) + by));
}
