/** A resource as the contract asks for it, with an object that no controller touches. */
export interface Sample {
  readonly resource: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Whether a deletion answers with the object rather than with a Status. */
  readonly answersObject?: true;
  /** What may stand beside metadata; no label and no name in it is asked about. */
  readonly content: Readonly<Record<string, unknown>>;
}

const containers = [{ name: 'app', image: 'kubemend.test/busybox:1' }];
const selector = { matchLabels: { app: 'sample' } };
const template = { metadata: { labels: { app: 'sample' } }, spec: { containers } };
const apps = { group: 'apps', version: 'v1' } as const;
const core = { group: '', version: 'v1' } as const;
const batch = { group: 'batch', version: 'v1' } as const;

/** The namespaced resources that are stored, one object each. */
export const samples: readonly Sample[] = [
  { resource: 'configmaps', ...core, kind: 'ConfigMap', content: { data: { key: 'value' } } },
  { resource: 'pods', ...core, kind: 'Pod', answersObject: true, content: { spec: { schedulerName: 'nobody', containers } } },
  {
    resource: 'services',
    ...core,
    kind: 'Service',
    answersObject: true,
    content: { spec: { clusterIP: 'None', selector: { app: 'sample' } } },
  },
  { resource: 'serviceaccounts', ...core, kind: 'ServiceAccount', answersObject: true, content: {} },
  {
    resource: 'resourcequotas',
    ...core,
    kind: 'ResourceQuota',
    answersObject: true,
    content: { spec: { hard: { 'count/secrets': '100' } } },
  },
  { resource: 'deployments', ...apps, kind: 'Deployment', content: { spec: { replicas: 0, selector, template } } },
  { resource: 'statefulsets', ...apps, kind: 'StatefulSet', content: { spec: { replicas: 0, selector, template, serviceName: 'none' } } },
  { resource: 'replicasets', ...apps, kind: 'ReplicaSet', content: { spec: { replicas: 0, selector, template } } },
  {
    resource: 'daemonsets',
    ...apps,
    kind: 'DaemonSet',
    content: { spec: { selector, template: { ...template, spec: { containers, nodeSelector: { no: 'node' } } } } },
  },
  { resource: 'controllerrevisions', ...apps, kind: 'ControllerRevision', content: { revision: 1, data: { spec: {} } } },
  {
    resource: 'jobs',
    ...batch,
    kind: 'Job',
    content: { spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers } } } },
  },
  {
    resource: 'cronjobs',
    ...batch,
    kind: 'CronJob',
    content: {
      spec: { suspend: true, schedule: '0 0 1 1 *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers } } } } },
    },
  },
  {
    resource: 'horizontalpodautoscalers',
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    content: { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'none' }, minReplicas: 1, maxReplicas: 2 } },
  },
  {
    resource: 'poddisruptionbudgets',
    group: 'policy',
    version: 'v1',
    kind: 'PodDisruptionBudget',
    content: { spec: { minAvailable: 1, selector } },
  },
  {
    resource: 'leases',
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    content: { spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
  },
  {
    resource: 'roles',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'Role',
    content: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  },
];

/** The resources of the whole cluster that kubemend reads. */
export const clusterWide = [
  { resource: 'nodes', ...core, kind: 'Node' },
  { resource: 'namespaces', ...core, kind: 'Namespace' },
  { resource: 'storageclasses', group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' },
  {
    resource: 'validatingwebhookconfigurations',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
  },
  { resource: 'mutatingwebhookconfigurations', group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingWebhookConfiguration' },
] as const;

type Place = Pick<Sample, 'resource' | 'group' | 'version'>;

/** The path of a collection: in a namespace, or of the cluster when none is named. */
export function collectionOf({ resource, group, version }: Place, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespace === undefined ? `${root}/${resource}` : `${root}/namespaces/${namespace}/${resource}`;
}

/** The name that messages give a resource, such as `deployments.apps`. */
export function qualified({ resource, group }: Place): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** `apiVersion` of a group and version. */
export function apiVersionOf({ group, version }: Place): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The sample of a kind. */
export function sampleOf(kind: string): Sample {
  const found = samples.find((sample) => sample.kind === kind);
  if (!found) throw new Error(`there is no sample of ${kind}`);
  return found;
}
