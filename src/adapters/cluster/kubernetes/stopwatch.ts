import type { Clock } from '../../../core/ports.ts';

/** Milliseconds since it was started. */
export type Stopwatch = () => number;

/**
 * Starts a stopwatch that never reads less than the truth: the larger of the wall clock's and the monotonic clock's difference, so
 * that neither a clock set back nor a suspended machine makes something look younger than it is.
 */
export function startStopwatch(clock: Pick<Clock, 'now'>): Stopwatch {
  const wall = clock.now();
  const monotonic = performance.now();
  return () => Math.max(clock.now() - wall, Math.floor(performance.now() - monotonic), 0);
}
