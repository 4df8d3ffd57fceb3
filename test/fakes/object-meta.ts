/** The parts that builders of Kubernetes objects share: references, metadata, conditions, selectors. */
import type { Condition, FieldManager, Kind, KubeObject, LabelSelector, ObjectMeta } from '../../src/core/model/objects.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';

/** The instant at which tests begin: Friday 2027-01-01 12:00 UTC. */
export const NOON = Date.UTC(2027, 0, 1, 12);
/** When objects were created that say nothing else: a day before. */
export const LONG_AGO = NOON - 24 * 60 * 60_000;

const API_GROUPS: Readonly<Partial<Record<Kind, string>>> = {
  Deployment: 'apps',
  StatefulSet: 'apps',
  DaemonSet: 'apps',
  ReplicaSet: 'apps',
  ControllerRevision: 'apps',
  Job: 'batch',
  CronJob: 'batch',
  HorizontalPodAutoscaler: 'autoscaling',
  PodDisruptionBudget: 'policy',
  StorageClass: 'storage.k8s.io',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io',
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io',
};
const CLUSTER_SCOPED: readonly Kind[] = [
  'Node',
  'Namespace',
  'StorageClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
];

/** What every builder takes: the parts of the metadata, flat; `ownedBy` makes a controller reference. */
export type MetaOptions = Partial<Omit<ObjectMeta, 'ref'>> & {
  readonly namespace?: string;
  readonly uid?: string;
  readonly ownedBy?: KubeObject;
};
/** The options of a builder for objects of this type. */
export type Options<T> = MetaOptions & Partial<Omit<T, 'kind' | 'meta'>>;

/** A reference with a uid that follows from kind, namespace and name. The namespace is `shop` unless told otherwise. */
export function ref(kind: Kind, name: string, options: { readonly namespace?: string; readonly uid?: string } = {}): ResourceRef {
  const namespace = CLUSTER_SCOPED.includes(kind) ? undefined : (options.namespace ?? 'shop');
  return {
    cluster: 'default',
    apiGroup: API_GROUPS[kind] ?? '',
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    uid: options.uid ?? ['uid', kind, namespace, name].filter(Boolean).join('-').toLowerCase(),
  };
}

/** Someone who wrote the object, a day ago and everything of it, unless told otherwise. */
export function manager(name: string, options: Partial<Omit<FieldManager, 'manager'>> = {}): FieldManager {
  return { manager: name, operation: 'Update', at: LONG_AGO, touches: ['replicas', 'template', 'resources', 'other'], ...options };
}

/** Makes the metadata out of the flat options and hands back the rest. */
export function split<T extends MetaOptions>(kind: Kind, name: string, options: T) {
  const { namespace, uid, ownedBy, resourceVersion, generation, createdAt, deletedAt, ...more } = options;
  const { finalizers, labels, annotations, owners, managers, ...rest } = more;
  const meta: ObjectMeta = {
    ref: ref(kind, name, { ...(namespace !== undefined && { namespace }), ...(uid !== undefined && { uid }) }),
    resourceVersion: resourceVersion ?? '1',
    ...(generation !== undefined && { generation }),
    createdAt: createdAt ?? LONG_AGO,
    ...(deletedAt !== undefined && { deletedAt }),
    finalizers: finalizers ?? [],
    labels: labels ?? {},
    annotations: annotations ?? {},
    owners: owners ?? (ownedBy ? [controllerReference(ownedBy)] : []),
    managers: managers ?? [],
  };
  return { meta, rest };
}

function controllerReference({ meta }: KubeObject): ObjectMeta['owners'][number] {
  const { apiGroup, kind, name, uid } = meta.ref;
  return { apiGroup, kind, name, uid: uid ?? '', controller: true };
}

/** One condition, true unless told otherwise. */
export function condition(type: string, options: Partial<Omit<Condition, 'type'>> = {}): Condition {
  return { type, status: 'True', changedAt: LONG_AGO, ...options };
}

/** A selector by labels. */
export function selector(matchLabels: Readonly<Record<string, string>>): LabelSelector {
  return { matchLabels, matchExpressions: [] };
}
