import { type JsonObject, objectAt, textAt, textsAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { ApiObject, NewObject, ObjectKey, ObjectMeta, OwnerReference, World } from '../world.ts';
import { conditionOf } from './conditions.ts';
import { instantOf } from './instant.ts';

/** The key by which a stored object is found. */
export function keyOf(resource: ResourceName, object: { readonly metadata: Partial<ObjectMeta> }): ObjectKey {
  return { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
}

/** A field of the spec that must be an object to be changed in place; made when it is not there. */
export function specOf(draft: ApiObject): JsonObject {
  draft.spec ??= {};
  return draft.spec;
}

/** The owner that controls the object. */
export function controllerOf(object: { readonly metadata: Partial<ObjectMeta> }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller);
}

/** The objects of a resource that this one controls. */
export function ownedBy(world: World, resource: ResourceName, owner: ApiObject): readonly ApiObject[] {
  return world.objects.list(resource, owner.metadata.namespace).filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}

/** The reference by which an object is controlled by `owner`. */
export function controlledBy(owner: ApiObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, blockOwnerDeletion: true, controller: true, kind, name: metadata.name, uid: metadata.uid };
}

/** The pod's phase; a new pod is Pending. */
export function phaseOf(pod: ApiObject): string {
  return textAt(pod.status, 'phase') ?? 'Pending';
}

/** Whether the pod has ended for good. */
export function hasEnded(pod: ApiObject): boolean {
  return phaseOf(pod) === 'Succeeded' || phaseOf(pod) === 'Failed';
}

/** Whether the pod counts for its controller: neither ended nor being deleted. */
export function isActive(pod: ApiObject): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Whether the pod's Ready condition is True. */
export function isReady(pod: ApiObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** When the pod will have been ready for `minReadySeconds`; undefined while it is not ready. */
export function availableAt(pod: ApiObject, minReadySeconds: number): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = textAt(conditionOf(pod, 'Ready'), 'lastTransitionTime');
  return minReadySeconds === 0 ? 0 : instantOf(since, 0) + minReadySeconds * 1_000;
}

/** How many pods are ready, and available after `minReadySeconds`. */
export function countReady(pods: readonly ApiObject[], minReadySeconds: number, now: number): { ready: number; available: number } {
  const ready = pods.filter(isReady);
  const available = ready.filter((pod) => (availableAt(pod, minReadySeconds) ?? Number.POSITIVE_INFINITY) <= now);
  return { ready: ready.length, available: available.length };
}

/** A pod's tolerations of a dead node, which admission gives to every pod. */
const patience = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  effect: 'NoExecute',
  key,
  operator: 'Exists',
  tolerationSeconds: 300,
}));

/** A pod of a controller: from its template, with its owner; name and further labels by the caller. */
export function podOf(owner: ApiObject, metadata: Partial<ObjectMeta>, change: (spec: JsonObject) => void = () => {}): NewObject {
  const template = objectAt(owner.spec, 'template');
  const spec = structuredClone(objectAt(template, 'spec'));
  spec.tolerations = [...(Array.isArray(spec.tolerations) ? spec.tolerations : []), ...patience];
  change(spec);
  const annotations = textsAt(template, 'metadata', 'annotations');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      labels: { ...textsAt(template, 'metadata', 'labels'), ...metadata.labels },
      ...(owner.metadata.namespace !== undefined && { namespace: owner.metadata.namespace }),
      ownerReferences: [controlledBy(owner)],
    },
    spec,
  };
}

/** Who creates what the controllers make, as managedFields say it. */
export const byControllers = { fieldManager: 'kube-controller-manager' } as const;

/** Sets the whole status of an object; nothing is written when it says the same. */
export function setStatus(world: World, key: ObjectKey, status: JsonObject): void {
  world.objects.change(
    key,
    (draft) => {
      draft.status = status;
    },
    { ...byControllers, subresource: 'status' },
  );
}
