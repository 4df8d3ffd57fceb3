import type { Observation } from '../../src/core/model/signal.ts';
import type { SignalSource } from '../../src/core/ports.ts';

/** A source that says what a test tells it, and waits in between. */
export interface ToldSource extends SignalSource {
  /** Resolves when whoever listens has taken all of it. */
  tell(...observations: readonly Observation[]): Promise<void>;
  /** The stream throws. */
  fail(error: Error): void;
}

/** Makes the source; it is healthy and has dropped nothing. */
export function toldSource(name = 'told'): ToldSource {
  const queue: (Observation | Error)[] = [];
  let wake: () => void = () => undefined;
  const push = (...items: readonly (Observation | Error)[]) => {
    queue.push(...items);
    wake();
  };
  return {
    name,
    health: () => ({ ageMs: 0, dropped: {} }),
    async *stream(signal) {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next instanceof Error) throw next;
        if (next) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
      }
    },
    async tell(...observations) {
      push(...observations);
      while (queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    },
    fail: (error) => push(error),
  };
}
