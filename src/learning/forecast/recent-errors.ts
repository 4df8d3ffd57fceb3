/** How errors of the past decide who is listened to. */
export interface ErrorMemory {
  /** What is left of an error of a series after one more trial. */
  readonly ownDecay: number;
  /** The same for the error of all series together. */
  readonly poolDecay: number;
  /** So many trials of its own weigh as much for a series as what all series say. */
  readonly prior: number;
  /** How sharply the better is preferred: an error larger by a share d has the weight `exp(-sharpness d)`. */
  readonly sharpness: number;
  /** No single trial counts for more than so many typical changes. */
  readonly mostError: number;
  /** A learned one speaks from so much below the best simple one's error on, and falls silent so much above it. */
  readonly hysteresis: number;
}

/** The recent errors of each way to forecast, by series and for all series together. */
export interface RecentErrors {
  /** Takes the error of each way on one series, in typical changes; NaN where a way had said nothing. */
  settle(slot: number, errors: Float64Array): void;
  /** Ends a round of `settle`. */
  endTrial(): void;
  /** Writes how much each way is listened to on a series; 0 for one that is silent. */
  weigh(slot: number, into: Float64Array): void;
  /** The error of a way on a series, its own and the pool's; NaN before any trial. */
  errorOf(slot: number, way: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

interface Columns {
  errors: Float64Array;
  counts: Float64Array;
  speaks: Uint8Array;
}

/** Remembers errors of `ways` ways, the first `simple` of which are never silent. */
export function openRecentErrors({ ways, simple }: { ways: number; simple: number }, memory: ErrorMemory): RecentErrors {
  let own: Columns = { errors: new Float64Array(0), counts: new Float64Array(0), speaks: new Uint8Array(0) };
  const pool = { errors: new Float64Array(ways), counts: new Float64Array(ways) };
  const trial = { errors: new Float64Array(ways), counts: new Float64Array(ways) };
  const errorOf = (slot: number, way: number) => {
    const at = slot * ways + way;
    const prior = (pool.counts[way] ?? 0) > 0 ? memory.prior : 0;
    const common = prior ? (pool.errors[way] ?? 0) / (pool.counts[way] ?? 1) : 0;
    return ((own.errors[at] ?? 0) + prior * common) / ((own.counts[at] ?? 0) + prior);
  };
  return {
    errorOf,
    settle(slot, errors) {
      for (let way = 0; way < ways; way++) {
        const error = Math.min(memory.mostError, errors[way] ?? Number.NaN);
        if (Number.isNaN(error)) continue;
        add(own, slot * ways + way, { error, decay: memory.ownDecay });
        add(trial, way, { error, decay: 1 });
      }
    },
    endTrial() {
      for (let way = 0; way < ways; way++) {
        const count = trial.counts[way] ?? 0;
        if (count > 0) add(pool, way, { error: (trial.errors[way] ?? 0) / count, decay: memory.poolDecay });
      }
      trial.errors.fill(0);
      trial.counts.fill(0);
    },
    weigh(slot, into) {
      const limit = bestOf(simple, (way) => errorOf(slot, way));
      for (let way = 0; way < ways; way++) into[way] = errorOf(slot, way);
      for (let way = simple; way < ways; way++)
        if (!keepsSpeaking(own.speaks, slot * ways + way, { error: into[way], limit, memory })) into[way] = SILENT;
      const best = bestOf(ways, (way) => into[way] ?? Number.NaN);
      for (let way = 0; way < ways; way++) into[way] = weightOf(into[way] ?? Number.NaN, best, memory.sharpness);
    },
    forget(slot) {
      for (const column of Object.values(own)) column.fill(0, slot * ways, (slot + 1) * ways);
    },
    grow(slots) {
      if (slots * ways <= own.errors.length) return;
      const grown = {
        errors: new Float64Array(slots * ways),
        counts: new Float64Array(slots * ways),
        speaks: new Uint8Array(slots * ways),
      };
      grown.errors.set(own.errors);
      grown.counts.set(own.counts);
      grown.speaks.set(own.speaks);
      own = grown;
    },
  };
}

function add(to: { errors: Float64Array; counts: Float64Array }, at: number, { error, decay }: { error: number; decay: number }): void {
  to.errors[at] = (to.errors[at] ?? 0) * decay + error;
  to.counts[at] = (to.counts[at] ?? 0) * decay + 1;
}

function bestOf(ways: number, errorOf: (way: number) => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let way = 0; way < ways; way++) {
    const error = errorOf(way);
    if (error < best) best = error;
  }
  return best;
}

/** A way that has never been tried is silent. */
function keepsSpeaking(
  speaks: Uint8Array,
  at: number,
  { error, limit, memory }: { error: number | undefined; limit: number; memory: ErrorMemory },
): boolean {
  const allowed = limit * (speaks[at] ? 1 + memory.hysteresis : 1 - memory.hysteresis);
  const isHeard = error !== undefined && error <= allowed;
  speaks[at] = isHeard ? 1 : 0;
  return isHeard;
}

const SILENT = Number.POSITIVE_INFINITY;

/** All that speak are alike before the first trial, and where they are never wrong. */
function weightOf(error: number, best: number, sharpness: number): number {
  if (error === SILENT) return 0;
  if (Number.isNaN(error)) return best === Number.POSITIVE_INFINITY ? 1 : 0;
  if (best === 0) return error === 0 ? 1 : 0;
  return Math.exp(-sharpness * (error / best - 1));
}
