/** How one resource of the API is found and named. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly shortNames: readonly string[];
  /** Those beside the object itself. */
  readonly subresources: readonly string[];
}

type Row = readonly [group: string, version: string, kind: string, scope: 'namespaced' | 'cluster', short?: string, subresources?: string];

const rows = {
  configmaps: ['', 'v1', 'ConfigMap', 'namespaced', 'cm'],
  endpoints: ['', 'v1', 'Endpoints', 'namespaced', 'ep'],
  events: ['', 'v1', 'Event', 'namespaced', 'ev'],
  limitranges: ['', 'v1', 'LimitRange', 'namespaced', 'limits'],
  namespaces: ['', 'v1', 'Namespace', 'cluster', 'ns', 'status'],
  nodes: ['', 'v1', 'Node', 'cluster', 'no', 'status'],
  persistentvolumeclaims: ['', 'v1', 'PersistentVolumeClaim', 'namespaced', 'pvc', 'status'],
  persistentvolumes: ['', 'v1', 'PersistentVolume', 'cluster', 'pv', 'status'],
  pods: ['', 'v1', 'Pod', 'namespaced', 'po', 'status eviction log resize'],
  resourcequotas: ['', 'v1', 'ResourceQuota', 'namespaced', 'quota', 'status'],
  secrets: ['', 'v1', 'Secret', 'namespaced'],
  serviceaccounts: ['', 'v1', 'ServiceAccount', 'namespaced', 'sa', 'token'],
  services: ['', 'v1', 'Service', 'namespaced', 'svc', 'status'],
  'controllerrevisions.apps': ['apps', 'v1', 'ControllerRevision', 'namespaced'],
  'daemonsets.apps': ['apps', 'v1', 'DaemonSet', 'namespaced', 'ds', 'status'],
  'deployments.apps': ['apps', 'v1', 'Deployment', 'namespaced', 'deploy', 'status scale'],
  'replicasets.apps': ['apps', 'v1', 'ReplicaSet', 'namespaced', 'rs', 'status scale'],
  'statefulsets.apps': ['apps', 'v1', 'StatefulSet', 'namespaced', 'sts', 'status scale'],
  'jobs.batch': ['batch', 'v1', 'Job', 'namespaced', '', 'status'],
  'cronjobs.batch': ['batch', 'v1', 'CronJob', 'namespaced', 'cj', 'status'],
  'horizontalpodautoscalers.autoscaling': ['autoscaling', 'v2', 'HorizontalPodAutoscaler', 'namespaced', 'hpa', 'status'],
  'poddisruptionbudgets.policy': ['policy', 'v1', 'PodDisruptionBudget', 'namespaced', 'pdb', 'status'],
  'leases.coordination.k8s.io': ['coordination.k8s.io', 'v1', 'Lease', 'namespaced'],
  'storageclasses.storage.k8s.io': ['storage.k8s.io', 'v1', 'StorageClass', 'cluster', 'sc'],
  'validatingwebhookconfigurations.admissionregistration.k8s.io': [
    'admissionregistration.k8s.io',
    'v1',
    'ValidatingWebhookConfiguration',
    'cluster',
  ],
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': [
    'admissionregistration.k8s.io',
    'v1',
    'MutatingWebhookConfiguration',
    'cluster',
  ],
  'clusterroles.rbac.authorization.k8s.io': ['rbac.authorization.k8s.io', 'v1', 'ClusterRole', 'cluster'],
  'clusterrolebindings.rbac.authorization.k8s.io': ['rbac.authorization.k8s.io', 'v1', 'ClusterRoleBinding', 'cluster'],
  'roles.rbac.authorization.k8s.io': ['rbac.authorization.k8s.io', 'v1', 'Role', 'namespaced'],
  'rolebindings.rbac.authorization.k8s.io': ['rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'namespaced'],
} as const satisfies Record<string, Row>;

/** A resource by its group-qualified name, as Kubernetes' messages have it: `pods`, `deployments.apps`. */
export type ResourceName = keyof typeof rows;

function typeOf(name: string, row: Row): ResourceType {
  const [group, version, kind, scope, short = '', subresources = ''] = row;
  const plural = group === '' ? name : name.slice(0, -group.length - 1);
  return {
    ...{ group, version, kind, plural },
    singular: kind.toLowerCase(),
    isNamespaced: scope === 'namespaced',
    shortNames: short === '' ? [] : [short],
    subresources: subresources === '' ? [] : subresources.split(' '),
  };
}

const types = new Map<string, ResourceType>();
for (const [name, row] of Object.entries<Row>(rows)) types.set(name, typeOf(name, row));

/** Every resource that the simulator serves from its store. */
export const resourceNames: readonly ResourceName[] = Object.keys(rows).filter(isResourceName);

/** Whether this is the name of a resource that the simulator stores. */
export function isResourceName(name: string): name is ResourceName {
  return Object.hasOwn(rows, name);
}

/** How a resource is found and named. */
export function resourceType(name: ResourceName): ResourceType {
  const type = types.get(name);
  if (!type) throw new Error(`the simulator knows no resource '${name}': add it to src/simulator/resources.ts`);
  return type;
}
