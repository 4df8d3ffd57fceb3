import type { ClusterWriter, Store } from '../../src/core/ports.ts';

/** Thrown where a process would have been killed. */
export class Killed extends Error {}

/** Counts the calls of Store and ClusterWriter and kills at one of them, before or after it took effect. */
export interface KillSwitch {
  /** How many points were passed: two per call. */
  readonly passed: () => number;
  wrap<Port extends Store | ClusterWriter>(port: Port): Port;
}

/** Kills at point `at` (0 is before the first call, 1 after it, and so on) and stays dead; never with `undefined`. */
export function killSwitch(at: number | undefined): KillSwitch {
  let points = 0;
  let dead = false;
  function pass(): void {
    if (dead || points === at) {
      dead = true;
      throw new Killed(`killed at point ${at}`);
    }
    points += 1;
  }
  return {
    passed: () => points,
    wrap: (port) =>
      new Proxy(port, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, receiver);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]) => {
            pass();
            const answer: unknown = await Reflect.apply(value, target, args);
            pass();
            return answer;
          };
        },
      }),
  };
}
