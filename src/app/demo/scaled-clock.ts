import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/ports.ts';
import type { WorldClock } from '../../simulator/world.ts';

/** The simulator's time as kubemend's clock: `speed` seconds pass in a second of the machine, waiting included. */
export function scaledClock(world: WorldClock, speed: number): Clock {
  return {
    now: () => world.now(),
    sleep: async (ms, signal) => {
      await delay(ms / speed, undefined, signal && { signal });
    },
  };
}
