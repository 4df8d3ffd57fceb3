import type { ResourceName } from '../../resources.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { keyOf } from '../pods.ts';
import type { Controller } from './controller.ts';

const owners = [
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'pods',
] as const;
const dependents = ['replicasets.apps', 'controllerrevisions.apps', 'jobs.batch', 'pods'] as const satisfies readonly ResourceName[];

/** Removes what nobody owns any more, and carries out the `Foreground` and `Orphan` ways to delete an owner. */
export function garbageCollector(world: World): Controller {
  return {
    watches: [...owners, 'controllerrevisions.apps'],
    keysFor: (change) => keysFor(world, change),
    reconcile(key) {
      const object = world.objects.get(key);
      if (!object) return undefined;
      if (isOrphaned(world, object)) return remove(world, key);
      if (object.metadata.deletionTimestamp !== undefined) endOwner(world, key, object);
      return undefined;
    },
  };
}

function dependentsOf(world: World, owner: ApiObject): readonly ObjectKey[] {
  return dependents.flatMap((resource) =>
    world.objects
      .list(resource, owner.metadata.namespace)
      .filter((one) => one.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid))
      .map((one) => keyOf(resource, one)),
  );
}

function keysFor(world: World, { type, resource, object }: Change): readonly ObjectKey[] {
  if (type !== 'DELETED') return type === 'ADDED' || object.metadata.deletionTimestamp !== undefined ? [keyOf(resource, object)] : [];
  const above = (object.metadata.ownerReferences ?? []).flatMap((reference) =>
    owners.flatMap((one) =>
      world.objects.get({ resource: one, namespace: object.metadata.namespace ?? '', name: reference.name })
        ? [{ resource: one, namespace: object.metadata.namespace ?? '', name: reference.name }]
        : [],
    ),
  );
  return [...dependentsOf(world, object), ...above];
}

function isOrphaned(world: World, object: ApiObject): boolean {
  const references = object.metadata.ownerReferences ?? [];
  const known = new Set<string>(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod']);
  if (references.length === 0 || references.some((one) => !known.has(one.kind))) return false;
  return references.every((reference) =>
    owners.every(
      (resource) =>
        world.objects.get({ resource, namespace: object.metadata.namespace ?? '', name: reference.name })?.metadata.uid !== reference.uid,
    ),
  );
}

function remove(world: World, key: ObjectKey): undefined {
  if (world.objects.get(key)?.metadata.deletionTimestamp === undefined) world.objects.remove(key);
}

function endOwner(world: World, key: ObjectKey, owner: ApiObject): void {
  const finalizers = owner.metadata.finalizers ?? [];
  const left = dependentsOf(world, owner);
  if (finalizers.includes('orphan')) {
    for (const one of left) world.objects.change(one, (draft) => disown(draft, owner));
    release(world, key, 'orphan');
  } else if (finalizers.includes('foregroundDeletion')) {
    for (const one of left) remove(world, one);
    if (dependentsOf(world, owner).length === 0) release(world, key, 'foregroundDeletion');
  }
}

function disown(draft: ApiObject, owner: ApiObject): void {
  const others = draft.metadata.ownerReferences?.filter((one) => one.uid !== owner.metadata.uid) ?? [];
  if (others.length > 0) draft.metadata.ownerReferences = others;
  else delete draft.metadata.ownerReferences;
}

function release(world: World, key: ObjectKey, finalizer: string): void {
  world.objects.change(key, (draft) => {
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  });
}
