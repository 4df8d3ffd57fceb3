import type { Kind, KubeObject } from '../../../core/model/objects.ts';
import { projectCronJob, projectJob } from './projection/batch.ts';
import { projectConfigMap, projectControllerRevision, projectNamespace, projectService } from './projection/bookkeeping.ts';
import type { ProjectionContext } from './projection/metadata.ts';
import { projectNode } from './projection/node.ts';
import { projectPod } from './projection/pod.ts';
import { projectAutoscaler, projectBudget, projectQuota, projectWebhooks } from './projection/policy.ts';
import { projectClaim, projectStorageClass } from './projection/storage.ts';
import { projectDaemonSet, projectReplicaSet, projectReplicated } from './projection/workload.ts';

/** Where a kind is found in the Kubernetes API and how one raw object of it is read. */
export interface KindSource {
  readonly kind: Kind;
  readonly apiGroup: string;
  readonly version: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
  /** Guards ask who wrote its fields. */
  readonly keepsManagers?: true;
  /** Only its metadata is read, and only in the own namespace. */
  readonly isMetadataOfOwnNamespace?: true;
  readonly project: (raw: unknown, context: ProjectionContext) => KubeObject;
}

const v1 = { apiGroup: '', version: 'v1' } as const;
const apps = { apiGroup: 'apps', version: 'v1' } as const;
const batch = { apiGroup: 'batch', version: 'v1' } as const;
const admission = { apiGroup: 'admissionregistration.k8s.io', version: 'v1' } as const;
const inNamespace = { isNamespaced: true } as const;
const inCluster = { isNamespaced: false } as const;
const withManagers = { keepsManagers: true } as const;

const sources: readonly KindSource[] = [
  { kind: 'Pod', ...v1, plural: 'pods', ...inNamespace, ...withManagers, project: projectPod },
  { kind: 'Deployment', ...apps, plural: 'deployments', ...inNamespace, ...withManagers, project: projectReplicated('Deployment') },
  { kind: 'StatefulSet', ...apps, plural: 'statefulsets', ...inNamespace, ...withManagers, project: projectReplicated('StatefulSet') },
  { kind: 'DaemonSet', ...apps, plural: 'daemonsets', ...inNamespace, ...withManagers, project: projectDaemonSet },
  { kind: 'ReplicaSet', ...apps, plural: 'replicasets', ...inNamespace, project: projectReplicaSet },
  { kind: 'ControllerRevision', ...apps, plural: 'controllerrevisions', ...inNamespace, project: projectControllerRevision },
  { kind: 'Job', ...batch, plural: 'jobs', ...inNamespace, project: projectJob },
  { kind: 'CronJob', ...batch, plural: 'cronjobs', ...inNamespace, project: projectCronJob },
  {
    kind: 'HorizontalPodAutoscaler',
    apiGroup: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    ...inNamespace,
    project: projectAutoscaler,
  },
  {
    kind: 'PodDisruptionBudget',
    apiGroup: 'policy',
    version: 'v1',
    plural: 'poddisruptionbudgets',
    ...inNamespace,
    project: projectBudget,
  },
  { kind: 'Node', ...v1, plural: 'nodes', ...inCluster, ...withManagers, project: projectNode },
  { kind: 'PersistentVolumeClaim', ...v1, plural: 'persistentvolumeclaims', ...inNamespace, project: projectClaim },
  {
    kind: 'StorageClass',
    apiGroup: 'storage.k8s.io',
    version: 'v1',
    plural: 'storageclasses',
    ...inCluster,
    project: projectStorageClass,
  },
  { kind: 'Service', ...v1, plural: 'services', ...inNamespace, project: projectService },
  { kind: 'Namespace', ...v1, plural: 'namespaces', ...inCluster, project: projectNamespace },
  { kind: 'ResourceQuota', ...v1, plural: 'resourcequotas', ...inNamespace, project: projectQuota },
  {
    kind: 'ValidatingWebhookConfiguration',
    ...admission,
    plural: 'validatingwebhookconfigurations',
    ...inCluster,
    project: projectWebhooks('ValidatingWebhookConfiguration'),
  },
  {
    kind: 'MutatingWebhookConfiguration',
    ...admission,
    plural: 'mutatingwebhookconfigurations',
    ...inCluster,
    project: projectWebhooks('MutatingWebhookConfiguration'),
  },
  { kind: 'ConfigMap', ...v1, plural: 'configmaps', ...inNamespace, isMetadataOfOwnNamespace: true, project: projectConfigMap },
];

/** Every kind of the small model with its place in the API. */
export const kindSources: readonly KindSource[] = sources;

/** Where objects of this kind and group are found; undefined for kinds that kubemend does not read. */
export function kindSourceOf(ref: { readonly kind: string; readonly apiGroup: string }): KindSource | undefined {
  return sources.find((source) => source.kind === ref.kind && source.apiGroup === ref.apiGroup);
}

/** The path of a kind's collection: in one namespace, or (without one) in the whole cluster. */
export function collectionPath(source: Pick<KindSource, 'apiGroup' | 'version' | 'plural'>, namespace?: string): string {
  const root = source.apiGroup === '' ? `/api/${source.version}` : `/apis/${source.apiGroup}/${source.version}`;
  return namespace === undefined ? `${root}/${source.plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${source.plural}`;
}

/** The path of one object. */
export function objectPath(source: KindSource, ref: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${collectionPath(source, source.isNamespaced ? (ref.namespace ?? '') : undefined)}/${encodeURIComponent(ref.name)}`;
}

/** How one raw object of this kind becomes an object of the small model. Throws when the object lacks what every one has. */
export function projectionOf(source: KindSource, cluster: string): (raw: unknown) => KubeObject {
  const context: ProjectionContext = {
    cluster,
    kind: source.kind,
    apiGroup: source.apiGroup,
    keepsManagers: source.keepsManagers ?? false,
  };
  return (raw) => source.project(raw, context);
}
