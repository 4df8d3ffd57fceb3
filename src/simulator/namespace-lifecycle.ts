import { type ResourceName, resourceNames, resourceType } from './resources.ts';
import type { Change, World } from './world.ts';

const namespaced: readonly ResourceName[] = resourceNames.filter((name) => resourceType(name).isNamespaced);

/**
 * Gives each new namespace its default service account, and empties a namespace that is to go before it lets it go: an object that a
 * finalizer or a grace period holds keeps its namespace. Returns what stops it.
 */
export function runNamespaceLifecycle(world: World): () => void {
  const { objects, clock } = world;
  const isKnown = (name: string) => objects.get({ resource: 'namespaces', namespace: '', name });
  function furnish(namespace: string): void {
    const account = { resource: 'serviceaccounts', namespace, name: 'default' } as const;
    if (isKnown(namespace) && !objects.get(account)) objects.create('serviceaccounts', { metadata: { name: 'default', namespace } });
  }
  function empty(name: string): void {
    if (isKnown(name)?.metadata.deletionTimestamp === undefined) return;
    for (const resource of namespaced) {
      for (const { metadata } of objects.list(resource, name)) {
        if (metadata.deletionTimestamp === undefined) objects.remove({ resource, namespace: name, name: metadata.name });
      }
    }
    if (namespaced.some((resource) => objects.list(resource, name).length > 0)) return;
    objects.change({ resource: 'namespaces', namespace: '', name }, (draft) => {
      draft.spec = { ...draft.spec, finalizers: [] };
    });
  }
  function look(change: Change): void {
    const { name, namespace = '' } = change.object.metadata;
    if (change.resource === 'namespaces' && change.type === 'ADDED') clock.schedule(clock.now(), () => furnish(name));
    if (change.resource === 'namespaces' && change.type === 'MODIFIED') clock.schedule(clock.now(), () => empty(name));
    if (change.type === 'DELETED' && namespace !== '') clock.schedule(clock.now(), () => empty(namespace));
  }
  for (const { metadata } of objects.list('namespaces')) furnish(metadata.name);
  return objects.onChange(look);
}
