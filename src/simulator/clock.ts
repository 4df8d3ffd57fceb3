import type { WorldClock } from './world.ts';

/** A world clock with its drive. */
export interface DrivenClock extends WorldClock {
  /**
   * Runs with the machine's time, `speed` times as fast; returns what stops it. With `longestStallMs` (of the machine) it stands still while
   * this process gets no turn for longer than that, so that what happens in the world and what watches it here lose the same time.
   */
  run(speed: number, options?: { readonly longestStallMs?: number }): () => void;
  /** Passes `ms` of the world's time at once, doing what falls due. Only while it does not run. */
  step(ms: number): void;
}

interface Due {
  readonly atMs: number;
  readonly work: () => void;
}

/** Often enough that two beats never lie a stall apart while the process gets its turns. */
const BEATS_IN_A_STALL = 5;

/** A timer of Node cannot wait longer than this. */
const LONGEST_WAIT_MS = 1_000_000;

/** A clock that stands at `startMs` (epoch ms) until it is run or stepped. What falls due sees its own instant as now. */
export function createClock(startMs: number): DrivenClock {
  const due: Due[] = [];
  let here = startMs;
  let running: { since: number; from: number; readonly speed: number; readonly longestStallMs: number } | undefined;
  let isWorking = false;
  let timer: NodeJS.Timeout | undefined;

  function elapsed(): number {
    if (!running) return here;
    const sinceMs = Math.min(performance.now() - running.since, running.longestStallMs);
    return Math.max(here, Math.floor(running.from + sinceMs * running.speed));
  }
  /** Counts the time since the last beat, as far as it may count. */
  function beatOf(run: NonNullable<typeof running>): void {
    run.from += Math.min(performance.now() - run.since, run.longestStallMs) * run.speed;
    run.since = performance.now();
    wind();
  }
  function workUntil(end: number): void {
    isWorking = true;
    try {
      for (let next = due[0]; next && next.atMs <= end; next = due[0]) {
        due.shift();
        here = Math.max(here, next.atMs);
        next.work();
      }
    } finally {
      isWorking = false;
    }
    here = Math.max(here, end);
  }
  function wind(): void {
    clearTimeout(timer);
    const next = due[0];
    if (!running || !next || isWorking) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, (next.atMs - elapsed()) / running.speed));
    timer = setTimeout(() => {
      workUntil(elapsed());
      wind();
    }, waitMs);
  }

  return {
    now: () => (isWorking ? here : elapsed()),
    schedule(atMs, work) {
      const entry: Due = { atMs, work };
      due.splice(placeFor(due, atMs), 0, entry);
      if (due[0] === entry) wind();
      return () => {
        const place = due.indexOf(entry);
        if (place >= 0) due.splice(place, 1);
      };
    },
    run(speed, { longestStallMs = Number.POSITIVE_INFINITY } = {}) {
      const started = { since: performance.now(), from: here, speed, longestStallMs };
      running = started;
      const beat = Number.isFinite(longestStallMs) ? setInterval(() => beatOf(started), longestStallMs / BEATS_IN_A_STALL) : undefined;
      wind();
      return () => {
        here = elapsed();
        running = undefined;
        clearInterval(beat);
        clearTimeout(timer);
      };
    },
    step(ms) {
      if (running) throw new Error('the clock runs: stop it before stepping it');
      workUntil(here + ms);
    },
  };
}

/** After all that is due at the same instant or before; the list is in order. */
function placeFor(due: readonly Due[], atMs: number): number {
  let [low, high] = [0, due.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((due[middle]?.atMs ?? 0) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
