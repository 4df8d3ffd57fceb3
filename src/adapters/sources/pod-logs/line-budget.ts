import type { Clock } from '../../../core/ports.ts';

/** Allows `perSecond` lines on average and `burst` of them at once (a token bucket). */
export function lineBudget(clock: Pick<Clock, 'now'>, perSecond: number, burst: number): () => boolean {
  let left = burst;
  let filledAt = clock.now();
  return () => {
    const now = clock.now();
    left = Math.min(burst, left + (Math.max(0, now - filledAt) * perSecond) / 1000);
    filledAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
