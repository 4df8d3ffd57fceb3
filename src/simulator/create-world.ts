import { createObjectStore } from './api/object-store.ts';
import { createRandom } from './random.ts';
import type { Kubelets, World, WorldClock } from './world.ts';

/** An empty world on this clock; the same seed and the same writes make the same world. */
export function createWorld({ clock, seed }: { readonly clock: WorldClock; readonly seed: number }): World {
  const random = createRandom(seed);
  const objects = createObjectStore({ clock, random });
  let connected: Kubelets = { logs: () => undefined, podUsage: () => undefined, nodeUsage: () => undefined };
  return {
    clock,
    random,
    objects,
    get kubelets() {
      return connected;
    },
    connectKubelets(kubelets) {
      connected = kubelets;
    },
  };
}
