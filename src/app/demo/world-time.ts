import type { Clock } from '../../core/ports.ts';
import type { WorldClock } from '../../simulator/world.ts';

/** The simulator's time as kubemend's clock, waiting included: both stand still together when the machine is too busy. */
export function worldTime(world: WorldClock): Clock {
  return {
    now: () => world.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const cancel = world.schedule(world.now() + ms, () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        });
        function abort(): void {
          cancel();
          reject(signal?.reason);
        }
        signal?.addEventListener('abort', abort, { once: true });
      }),
  };
}
