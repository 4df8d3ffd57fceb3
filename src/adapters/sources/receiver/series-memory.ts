/** A series that told nothing for so long may be forgotten when there is no room for a new one. */
const FORGET_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

/** What was last told of a series; `last` is missing after the first time and after a gap. */
export interface SeriesState<Last> {
  last?: Last;
  seenAt: number;
}

/** What is known of at most so many series, for what needs two points in time. */
export interface SeriesMemory<Last> {
  /** The state of a series, to be changed in place; undefined when there are too many series to follow this one. */
  of(key: string, now: number): SeriesState<Last> | undefined;
}

/** An empty memory. */
export function seriesMemory<Last>(maxSeries: number): SeriesMemory<Last> {
  const states = new Map<string, SeriesState<Last>>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  function sweep(now: number): void {
    if (now - sweptAt < SWEEP_MS) return;
    sweptAt = now;
    for (const [key, { seenAt }] of states) if (now - seenAt > FORGET_MS) states.delete(key);
  }
  return {
    of(key, now) {
      const known = states.get(key);
      if (known) {
        known.seenAt = now;
        return known;
      }
      if (states.size >= maxSeries) sweep(now);
      if (states.size >= maxSeries) return undefined;
      const state: SeriesState<Last> = { seenAt: now };
      states.set(key, state);
      return state;
    },
  };
}

/** A counter at an instant; `startAt` is when it began to count, where that is told. */
export interface CounterPoint {
  readonly at: number;
  readonly value: number;
  readonly startAt?: number | undefined;
}

/**
 * The rate per second from the last point to this one, and remembers this one. A counter that fell, or began anew, has counted from 0
 * (as in PromQL). Undefined for the first point, and for one that is not later than the last.
 */
export function rateOf(state: SeriesState<CounterPoint>, point: CounterPoint): number | undefined {
  const { last } = state;
  if (last && point.at <= last.at) return undefined;
  if (Number.isNaN(point.value)) delete state.last;
  else state.last = point;
  if (!last) return undefined;
  const isReset = point.value < last.value || point.startAt !== last.startAt;
  return ((isReset ? point.value : point.value - last.value) / (point.at - last.at)) * 1_000;
}
