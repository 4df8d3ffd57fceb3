import type { ResourceName } from '../../resources.ts';
import type { Change, ObjectKey, World } from '../../world.ts';

/** A control loop: what wakes it for which object, and what it does then. Level-triggered: it looks at the whole state each time. */
export interface Controller {
  readonly watches: readonly ResourceName[];
  /** The objects to look at after a change. */
  keysFor(change: Change): readonly ObjectKey[];
  /** Brings one object (which may be gone) forward; returns when to look again, in epoch ms. */
  reconcile(key: ObjectKey): number | undefined;
}

/** How long a controller takes to hear of a change: as seen on a small idle cluster. */
const LATENCY_MS = 20;

/** Runs a control loop on the world's clock; what stood before is looked at first. Returns what ends it. */
export function runController(world: World, controller: Controller): () => void {
  const queued = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  function enqueue(key: ObjectKey, at: number): void {
    const id = [key.resource, key.namespace, key.name].join('/');
    const earlier = queued.get(id);
    if (earlier && earlier.at <= at) return;
    earlier?.cancel();
    const cancel = world.clock.schedule(at, () => {
      queued.delete(id);
      const again = controller.reconcile(key);
      if (again !== undefined) enqueue(key, Math.max(again, world.clock.now() + LATENCY_MS));
    });
    queued.set(id, { at, cancel });
  }
  const stopWatching = world.objects.onChange((change) => {
    if (!controller.watches.includes(change.resource)) return;
    for (const key of controller.keysFor(change)) enqueue(key, world.clock.now() + LATENCY_MS);
  });
  for (const resource of controller.watches) {
    for (const object of world.objects.list(resource)) {
      const change: Change = { type: 'ADDED', resource, object, before: undefined, resourceVersion: world.objects.resourceVersion() };
      for (const key of controller.keysFor(change)) enqueue(key, world.clock.now());
    }
  }
  return () => {
    stopWatching();
    for (const { cancel } of queued.values()) cancel();
    queued.clear();
  };
}

/** The key of the object that controls the changed one, when it is of this kind. */
export function controllerKey(change: Change, kind: string, resource: ResourceName): readonly ObjectKey[] {
  const owner = change.object.metadata.ownerReferences?.find((one) => one.controller && one.kind === kind);
  return owner ? [{ resource, namespace: change.object.metadata.namespace ?? '', name: owner.name }] : [];
}
