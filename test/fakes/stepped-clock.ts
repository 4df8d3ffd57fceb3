import type { Clock } from '../../src/core/ports.ts';

/** A clock on which sleepers wake in order when a test advances it, each with time to go on; `jump` moves the time without waking anybody. */
export function steppedClock(start = 1_700_000_000_000): Clock & { advance(ms: number): Promise<void>; jump(ms: number): void } {
  let elapsed = 0;
  let offset = start;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  /** Promises that are ready, and those that these make ready, go on. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => offset + elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: elapsed + ms, wake: resolve };
        if (signal?.aborted) return reject(signal.reason);
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let next = first(sleepers, until); next; next = first(sleepers, until)) {
        sleepers.delete(next);
        elapsed = Math.max(elapsed, next.at);
        next.wake();
        await settle();
      }
      elapsed = until;
    },
    jump(ms) {
      offset += ms;
    },
  };
}

function first<T extends { readonly at: number }>(sleepers: Iterable<T>, until: number): T | undefined {
  return [...sleepers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
}
