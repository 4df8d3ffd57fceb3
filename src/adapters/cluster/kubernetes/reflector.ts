import type { Clock, Logger } from '../../../core/ports.ts';
import type { Api } from './api.ts';
import { type BackOffLimits, backOffMs } from './back-off.ts';
import { type Collection, listAll } from './list.ts';
import type { Sink } from './sink.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import { watchOnce } from './watch.ts';
import { failureOf, type WatchFailure } from './watch-failure.ts';

/** Times of a reflector, in milliseconds; the usual ones keep the view from being blind for more than 45 s once the server answers. */
export interface ReflectorLimits {
  readonly pageSize: number;
  readonly listDeadlineMs: number;
  readonly openDeadlineMs: number;
  /** A watch that ends sooner, with nothing to say, has failed. */
  readonly shortestWatchMs: number;
  /** A watch is renewed after a time between these. */
  readonly watchMs: readonly [number, number];
  /** A stream that says nothing for so long is dead. */
  readonly silenceMs: number;
  readonly backOff: BackOffLimits;
  readonly maxRetryAfterMs: number;
  /** When a kind that we may not read is asked for again. */
  readonly forbiddenMs: number;
}

/** The limits that `docs` and safety.md promise. */
export const usualLimits: ReflectorLimits = {
  pageSize: 500,
  listDeadlineMs: 20_000,
  openDeadlineMs: 10_000,
  shortestWatchMs: 1_000,
  watchMs: [25_000, 30_000],
  silenceMs: 35_000,
  backOff: { firstMs: 500, capMs: 15_000 },
  maxRetryAfterMs: 30_000,
  forbiddenMs: 180_000,
};

/** `forbidden` also says that the server does not have this kind. */
export type ReflectorState = 'syncing' | 'synced' | 'forbidden' | 'failing';

/** What a reflector knows of itself. */
export interface ReflectorReport {
  readonly state: ReflectorState;
  readonly ageMs: number | undefined;
  readonly lastError: string | undefined;
}

/** Keeps one sink equal to one collection. */
export interface Reflector {
  /** Works until the signal is aborted; never throws. */
  run(signal: AbortSignal): Promise<void>;
  report(): ReflectorReport;
  /** Milliseconds since the server last confirmed the view. */
  ageMs(): number | undefined;
  /** Resolves when the first list is in, or when it is known that there will be none. */
  readonly settled: Promise<void>;
}

/** What a reflector needs. */
export interface ReflectorParts {
  readonly what: string;
  readonly collection: Collection;
  readonly sink: Sink;
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
  readonly limits?: ReflectorLimits;
}

/** Resuming a watch in vain so often in a row asks for a new list. */
const MAX_RESUMES = 3;
/** The watch after a failure is a short one: in a quiet collection only its good end confirms the view, which is old by then. */
const CONFIRM_MS = 5_000;

/** Makes a reflector: list, watch, and begin anew after every kind of failure, forever. */
export function createReflector(parts: ReflectorParts): Reflector {
  const { what, collection, sink, api, clock, log, random = Math.random, limits = usualLimits } = parts;
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  let state: ReflectorState = 'syncing';
  let lastError: string | undefined;
  let sinceContact: Stopwatch | undefined;
  let version: string | undefined;
  let failures = 0;
  let expiries = 0;

  function contact(at: Stopwatch = startStopwatch(clock)): void {
    sinceContact = at;
    if (state === 'failing' || state === 'forbidden') log.info('watching again', { what, failures });
    state = 'synced';
    settle();
  }
  async function list(signal: AbortSignal): Promise<string> {
    const startedAt = startStopwatch(clock);
    const replacement = sink.begin();
    const pageSize = expiries > 1 ? undefined : limits.pageSize;
    const listed = await listAll(api, collection, { pageSize, deadlineMs: limits.listDeadlineMs, signal }, replacement.add);
    replacement.commit();
    expiries = 0;
    contact(startedAt);
    return listed;
  }
  async function listAndWatch(signal: AbortSignal): Promise<void> {
    version ??= await list(signal);
    const [shortest, longest] = limits.watchMs;
    const durationMs = failures > 0 ? Math.min(CONFIRM_MS, shortest) : shortest + random() * (longest - shortest);
    const isFruitful = await watchOnce(
      { api, collection, sink, clock, shortestMs: limits.shortestWatchMs, ...limits },
      { from: version, durationMs, signal },
      (reached) => {
        version = reached;
        failures = 0;
        contact();
      },
    );
    contact();
    if (!isFruitful) throw new Error('the watch ended at once');
    failures = 0;
  }
  function note(failure: WatchFailure): void {
    failures += 1;
    if (failure.is === 'expired') expiries += 1;
    if (failure.is !== 'transient' || failures >= MAX_RESUMES) version = undefined;
    const next = stateAfter(failure, state);
    if (next !== state) log.warn('cannot watch', { what, state: next, error: failure.message });
    state = next;
    lastError = failure.message;
    if (state === 'forbidden') settle();
  }
  function pauseMs(failure: WatchFailure): number {
    if (failure.is === 'denied') return limits.forbiddenMs * (0.8 + 0.4 * random());
    return Math.max(Math.min(failure.retryAfterMs, limits.maxRetryAfterMs), backOffMs(failures, limits.backOff, random));
  }
  async function step(signal: AbortSignal): Promise<void> {
    try {
      await listAndWatch(signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = failureOf(error);
      note(failure);
      await clock.sleep(pauseMs(failure), signal).catch(() => undefined);
    }
  }

  const ageMs = () => (state === 'forbidden' ? undefined : sinceContact?.());
  return {
    settled,
    ageMs,
    report: () => ({ state, ageMs: ageMs(), lastError }),
    async run(signal) {
      while (!signal.aborted) await step(signal);
    },
  };
}

/** An expired place in the stream is routine: the next list mends it. */
function stateAfter(failure: WatchFailure, before: ReflectorState): ReflectorState {
  if (failure.is === 'denied') return 'forbidden';
  return failure.is === 'expired' && before === 'synced' ? 'synced' : 'failing';
}
