import type { Clock } from '../../../core/ports.ts';

/** Spreads requests: waits until one more may be sent. */
export type RateLimit = (signal?: AbortSignal) => Promise<void>;

/** More than this in the queue means that the clock was set back, not that so many wait. */
const MAX_QUEUE_MS = 60_000;

/** A token bucket: `burst` requests at once, then `perSecond`. Callers are served in order. */
export function createRateLimit(clock: Clock, perSecond: number, burst: number): RateLimit {
  const intervalMs = 1000 / perSecond;
  /** The instant at which the bucket is full again. */
  let fullAt = clock.now();
  return async (signal) => {
    const now = clock.now();
    const limit = now + burst * intervalMs;
    if (fullAt > limit + MAX_QUEUE_MS) fullAt = now;
    fullAt = Math.max(fullAt, now) + intervalMs;
    if (fullAt > limit) await clock.sleep(Math.ceil(fullAt - limit), signal);
  };
}
