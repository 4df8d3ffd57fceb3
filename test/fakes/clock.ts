import type { Clock } from '../../src/core/ports.ts';

/** Time stands still until somebody sleeps or advances it. A sleeper that is aborted rejects, as on a real clock. */
export function fakeClock(start = 1_700_000_000_000): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (signal) return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      now += ms;
      return Promise.resolve();
    },
    advance(ms) {
      now += ms;
    },
  };
}
