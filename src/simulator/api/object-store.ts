import { ApiFailure } from '../api-failure.ts';
import { timestampOf } from '../instant.ts';
import { isSame, type JsonObject, listAt } from '../json.ts';
import { type ResourceName, resourceType } from '../resources.ts';
import type { ApiObject, Change, ChangeOptions, NewObject, ObjectKey, ObjectStore, Removal, WorldClock } from '../world.ts';
import { withDefaults } from './defaults.ts';
import { alreadyExists, notFound } from './failures.ts';
import { withManagers } from './managed-fields.ts';
import { nameFrom, uidFrom } from './names.ts';

type CreateOptions = Pick<ChangeOptions, 'fieldManager' | 'isDryRun'>;
interface StoreParts {
  readonly clock: WorldClock;
  readonly random: () => number;
}

/** Kinds whose metadata carries a generation. */
const withGeneration = new Set<ResourceName>([
  'pods',
  'deployments.apps',
  'daemonsets.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'poddisruptionbudgets.policy',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
]);

/** A pod's grace period when neither it nor the deletion says one (Kubernetes API reference). */
const DEFAULT_GRACE_SECONDS = 30;

/** An empty store. */
export function createObjectStore({ clock, random }: StoreParts): ObjectStore {
  const stored = new Map<ResourceName, Map<string, ApiObject>>();
  const listeners = new Set<(change: Change) => void>();
  let version = 1;

  const idOf = (namespace: string, name: string) => `${namespace}/${name}`;
  const shelf = (resource: ResourceName): Map<string, ApiObject> => {
    const known = stored.get(resource) ?? new Map<string, ApiObject>();
    stored.set(resource, known);
    return known;
  };
  const find = (key: ObjectKey) => shelf(key.resource).get(idOf(key.namespace, key.name));
  const need = (key: ObjectKey): ApiObject => {
    const found = find(key);
    if (!found) throw notFound(key.resource, key.name);
    return found;
  };

  function tell(type: Change['type'], resource: ResourceName, object: ApiObject, before: ApiObject | undefined): ApiObject {
    version += 1;
    object.metadata.resourceVersion = String(version);
    const frozen = deepFreeze(object);
    const { namespace = '', name } = frozen.metadata;
    if (type === 'DELETED') shelf(resource).delete(idOf(namespace, name));
    else shelf(resource).set(idOf(namespace, name), frozen);
    const change: Change = { type, resource, object: frozen, before, resourceVersion: version };
    for (const listener of listeners) listener(change);
    return frozen;
  }

  function create(resource: ResourceName, given: NewObject, options: CreateOptions = {}): ApiObject {
    const object = completed(resource, given, { clock, random });
    const key = { resource, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    if (find(key)) throw alreadyExists(resource, key.name);
    const owned = withManagers(object, undefined, { ...options, at: clock.now() });
    return options.isDryRun ? owned : tell('ADDED', resource, owned, undefined);
  }

  function change(key: ObjectKey, edit: (draft: ApiObject) => void, options: ChangeOptions = {}): ApiObject {
    const before = need(key);
    const draft = structuredClone(before);
    edit(draft);
    const after = settled(before, draft, options);
    if (isSame(after, before)) return before;
    if (withGeneration.has(key.resource) && raisesGeneration({ ...options, resource: key.resource }, before, after)) {
      after.metadata.generation = (before.metadata.generation ?? 0) + 1;
    }
    const owned = withManagers(after, before, { ...options, at: clock.now() });
    if (options.isDryRun) return owned;
    return tell(isOver(owned, before) ? 'DELETED' : 'MODIFIED', key.resource, owned, before);
  }

  function remove(key: ObjectKey, removal: Removal = {}): ApiObject {
    const before = need(key);
    const graceSeconds = key.resource === 'pods' ? graceOf(before, removal) : 0;
    const isHeld = !isFree(before) || propagationFinalizer(removal) !== undefined;
    if (isHeld || graceSeconds > 0) return mark(key, removal, graceSeconds);
    return removal.isDryRun ? before : tell('DELETED', key.resource, structuredClone(before), before);
  }

  function mark(key: ObjectKey, removal: Removal, graceSeconds: number): ApiObject {
    const before = need(key);
    const known = before.metadata.deletionGracePeriodSeconds;
    if (before.metadata.deletionTimestamp !== undefined && (known === undefined || graceSeconds >= known)) return before;
    const after = marked(before, { removal, graceSeconds, at: clock.now() });
    return removal.isDryRun ? after : tell('MODIFIED', key.resource, after, before);
  }

  return {
    get: find,
    list(resource, namespace) {
      const all = [...shelf(resource).values()].filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
      return all.sort(
        (a, b) => compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name),
      );
    },
    create,
    change,
    remove,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resourceVersion: () => version,
  };
}

/** The object with its deletion on it. */
function marked(before: ApiObject, how: { readonly removal: Removal; readonly graceSeconds: number; readonly at: number }): ApiObject {
  const after = structuredClone(before);
  after.metadata.deletionTimestamp = timestampOf(how.at + how.graceSeconds * 1000);
  after.metadata.deletionGracePeriodSeconds = how.graceSeconds;
  if (after.metadata.generation !== undefined) after.metadata.generation += 1;
  const finalizer = propagationFinalizer(how.removal);
  if (finalizer !== undefined) after.metadata.finalizers = [...(after.metadata.finalizers ?? []), finalizer];
  if (after.kind === 'Namespace') after.status = { ...after.status, phase: 'Terminating' };
  return after;
}

/** Whether this change took what held a deleted object. */
function isOver(after: ApiObject, before: ApiObject): boolean {
  const isDue = after.metadata.deletionTimestamp !== undefined && (after.metadata.deletionGracePeriodSeconds ?? 0) === 0;
  return isDue && isFree(after) && !isFree(before);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function completed(resource: ResourceName, given: NewObject, { clock, random }: StoreParts): ApiObject {
  const { group, version, kind, isNamespaced } = resourceType(resource);
  const draft = withDefaults(resource, structuredClone(given));
  const { name, generateName, namespace, ...metadata } = draft.metadata;
  if (isNamespaced && !namespace) throw new ApiFailure(400, 'BadRequest', 'an empty namespace may not be set during creation');
  const full = name || (generateName ? nameFrom(generateName, random) : '');
  return {
    ...draft,
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: {
      name: full,
      ...(generateName && { generateName }),
      ...(isNamespaced && namespace && { namespace }),
      ...metadata,
      uid: uidFrom(random),
      resourceVersion: '0',
      ...(withGeneration.has(resource) && { generation: 1 }),
      creationTimestamp: timestampOf(clock.now()),
    },
  };
}

/** What of a draft counts: each subresource changes its own part, and nobody changes an object's identity. */
function settled(before: ApiObject, draft: ApiObject, { subresource = 'any' }: ChangeOptions): ApiObject {
  const after: ApiObject = subresource === 'status' ? structuredClone(before) : draft;
  const status = subresource === '' ? structuredClone(before.status) : draft.status;
  delete after.status;
  if (status !== undefined) after.status = status;
  const { uid, name, namespace, creationTimestamp, generateName, resourceVersion, generation } = before.metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds, managedFields } = before.metadata;
  const own = { uid, name, namespace, creationTimestamp, generateName, resourceVersion, generation, deletionTimestamp };
  const identity = { ...own, deletionGracePeriodSeconds, managedFields: structuredClone(managedFields) };
  for (const field of Object.keys(identity)) Reflect.deleteProperty(after.metadata, field);
  for (const [field, value] of Object.entries(identity)) if (value !== undefined) Reflect.set(after.metadata, field, value);
  after.apiVersion = before.apiVersion;
  after.kind = before.kind;
  return after;
}

type Counting = Pick<ChangeOptions, 'subresource'> & { readonly resource: ResourceName };

/** A Deployment's generation counts its annotations too (Kubernetes' deployment strategy), but not those that its controller writes. */
function raisesGeneration({ resource, subresource }: Counting, before: ApiObject, after: ApiObject): boolean {
  if (!isSame(contentOf(before), contentOf(after))) return true;
  const isByClient = subresource === '';
  return isByClient && resource === 'deployments.apps' && !isSame(before.metadata.annotations ?? {}, after.metadata.annotations ?? {});
}

/** What the generation counts: all but metadata and status, and but the node of a pod (binding is no change of the spec). */
function contentOf({ metadata: _metadata, status: _status, ...content }: ApiObject): JsonObject {
  if (content.kind !== 'Pod') return content;
  const { nodeName: _nodeName, ...spec } = content.spec ?? {};
  return { ...content, spec };
}

function isFree(object: ApiObject): boolean {
  const ofNamespace = object.kind === 'Namespace' ? listAt(object.spec, 'finalizers') : [];
  return (object.metadata.finalizers ?? []).length === 0 && ofNamespace.length === 0;
}

function propagationFinalizer({ propagation }: Removal): string | undefined {
  if (propagation === 'Foreground') return 'foregroundDeletion';
  return propagation === 'Orphan' ? 'orphan' : undefined;
}

/** A pod that no kubelet has, or whose containers are through, ends at once. */
function graceOf(pod: ApiObject, { graceSeconds }: Removal): number {
  const own = pod.spec?.terminationGracePeriodSeconds;
  const isPlaced = typeof pod.spec?.nodeName === 'string' && pod.spec.nodeName !== '';
  const isThrough = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (!isPlaced || isThrough) return 0;
  return graceSeconds ?? (typeof own === 'number' ? own : DEFAULT_GRACE_SECONDS);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
