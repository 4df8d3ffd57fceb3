import { resourceNames, resourceType } from '../../resources.ts';
import type { ObjectKey, World } from '../../world.ts';
import { keyOf, specOf } from '../pods.ts';
import type { Controller } from './controller.ts';

const AGAIN_MS = 1_000;

/** Empties a namespace that is being deleted, and lets it go when nothing is left in it. */
export function namespaceController(world: World): Controller {
  return {
    watches: ['namespaces'],
    keysFor: ({ object }) => (object.metadata.deletionTimestamp === undefined ? [] : [keyOf('namespaces', object)]),
    reconcile(key) {
      if (!world.objects.get(key)) return undefined;
      const left = contentOf(world, key.name);
      for (const one of left) if (world.objects.get(one)?.metadata.deletionTimestamp === undefined) world.objects.remove(one);
      if (left.length > 0) return world.clock.now() + AGAIN_MS;
      world.objects.change(key, (draft) => {
        specOf(draft).finalizers = [];
      });
      return undefined;
    },
  };
}

function contentOf(world: World, namespace: string): readonly ObjectKey[] {
  const kinds = resourceNames.filter((resource) => resourceType(resource).isNamespaced);
  return kinds.flatMap((resource) => world.objects.list(resource, namespace).map((object) => keyOf(resource, object)));
}
