import { stringify } from 'yaml';
import { CoreError } from '../core/errors.ts';
import type { Kind } from '../core/model/objects.ts';
import type { Action, Permission } from '../core/plugins.ts';
import { accessGroup, accessOf } from './identity/access.ts';
import { type Role, roles } from './identity/identity.ts';
import type { KubeManifest } from './kube-manifest.ts';
import { secondWall } from './second-wall.ts';

/** What to generate for: the namespace that kubemend lives in, the actions that are switched on, and what else needs rights. */
export interface ManifestOptions {
  /** `kubemend` unless said otherwise; names of cluster-wide objects begin with it. */
  readonly namespace?: string;
  readonly actions: readonly Pick<Action, 'name' | 'rbac'>[];
  /** False: no right to write Kubernetes events (`notify.events`). */
  readonly events?: boolean;
  /** True: the right to ask who somebody is and may do, and roles for people (`http.identity: kubernetes`). */
  readonly identity?: boolean;
  /** True: the right to read the metrics API (`metrics`). */
  readonly metrics?: boolean;
  /** True: the right to read the logs of pods (`logs`). */
  readonly logs?: boolean;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** A role with what tells it from all others: where it holds, what it allows, and to whom. */
interface Grant {
  readonly name: string;
  /** Holds in kubemend's own namespace only; cluster-wide otherwise. */
  readonly local: boolean;
  readonly account: 'observer' | 'actor';
  readonly rules: readonly Rule[];
}

const partOf = { 'app.kubernetes.io/name': 'kubemend', 'app.kubernetes.io/managed-by': 'kubemend' };
const RBAC = 'rbac.authorization.k8s.io';

/** Where each kind of the model is read; ConfigMaps are read in kubemend's own namespace only, for their content cannot be kept back. */
const readable: Record<Exclude<Kind, 'ConfigMap'>, readonly [apiGroup: string, resource: string]> = {
  Pod: ['', 'pods'],
  Node: ['', 'nodes'],
  PersistentVolumeClaim: ['', 'persistentvolumeclaims'],
  Service: ['', 'services'],
  Namespace: ['', 'namespaces'],
  ResourceQuota: ['', 'resourcequotas'],
  Deployment: ['apps', 'deployments'],
  StatefulSet: ['apps', 'statefulsets'],
  DaemonSet: ['apps', 'daemonsets'],
  ReplicaSet: ['apps', 'replicasets'],
  ControllerRevision: ['apps', 'controllerrevisions'],
  Job: ['batch', 'jobs'],
  CronJob: ['batch', 'cronjobs'],
  HorizontalPodAutoscaler: ['autoscaling', 'horizontalpodautoscalers'],
  PodDisruptionBudget: ['policy', 'poddisruptionbudgets'],
  StorageClass: ['storage.k8s.io', 'storageclasses'],
  ValidatingWebhookConfiguration: ['admissionregistration.k8s.io', 'validatingwebhookconfigurations'],
  MutatingWebhookConfiguration: ['admissionregistration.k8s.io', 'mutatingwebhookconfigurations'],
};

/**
 * The accounts, roles and the second wall that kubemend runs under, in the order of applying. The actor's role is the union over the
 * actions. Throws `not-allowed` when an action asks for a permission that no action may have.
 */
export function manifestsFor(options: ManifestOptions): readonly KubeManifest[] {
  const namespace = options.namespace ?? 'kubemend';
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { ...partOf, 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
    account(namespace, 'observer'),
    account(namespace, 'actor'),
    // First the wall, then the power: at no moment may the actor write without it.
    ...secondWall(namespace).map(labelled),
    ...grantsFor(namespace, options).flatMap((grant) => roleAndBinding(namespace, grant)),
    ...(options.identity ? roles.map((role) => roleForPeople(namespace, role)) : []),
  ];
}

/** The same as one YAML stream, as `kubectl apply -f -` reads it. Throws as `manifestsFor` does. */
export function manifestsYaml(options: ManifestOptions): string {
  const documents = manifestsFor(options).map((manifest) => stringify(manifest, { lineWidth: 130, aliasDuplicateObjects: false }));
  return `# Generated from the code; do not edit. Accounts, roles and the second wall of kubemend.\n${documents.join('---\n')}`;
}

function grantsFor(namespace: string, options: ManifestOptions): readonly Grant[] {
  const { actions, events = true, identity = false, metrics = false, logs = false } = options;
  const more = [...(identity ? reviewRules : []), ...(metrics ? metricsRules : []), ...(logs ? logsRules : [])];
  const observer = [...observerRules(events), ...more];
  return [
    { name: `${namespace}-observer`, local: false, account: 'observer', rules: observer },
    { name: 'kubemend-observer', local: true, account: 'observer', rules: ownNamespaceRules() },
    { name: `${namespace}-actor`, local: false, account: 'actor', rules: actorRules(actions) },
  ];
}

/** What is acted on is read live, singly, and so is the node that a pod is evicted from; all other kinds are only ever listed and watched. */
const readLive = ['pods', 'nodes', 'deployments', 'statefulsets', 'daemonsets'];

function observerRules(events: boolean): readonly Rule[] {
  const groups = Map.groupBy(Object.values(readable), ([apiGroup, resource]) => JSON.stringify([apiGroup, readLive.includes(resource)]));
  const kinds = [...groups.values()].flatMap((entries) =>
    entries.slice(0, 1).map(([apiGroup, one]) => ({
      apiGroups: [apiGroup],
      resources: entries.map(([, resource]) => resource).sort(),
      verbs: readLive.includes(one) ? ['get', 'list', 'watch'] : ['list', 'watch'],
    })),
  );
  return [...kinds, { apiGroups: [''], resources: ['events'], verbs: [...(events ? ['create', 'patch'] : []), 'list', 'watch'] }];
}

/** Who somebody is, and what they may do. Both tell, and change nothing. */
const reviewRules: readonly Rule[] = [
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
];

/** What containers write. */
const logsRules: readonly Rule[] = [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }];

/** What containers and nodes use, as metrics-server measures it. */
const metricsRules: readonly Rule[] = [{ apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['list'] }];

/** A role for people, to be bound by the administrator: cluster-wide, or in single namespaces. It includes the ones before it. */
function roleForPeople(namespace: string, role: Role): KubeManifest {
  const rules = roles
    .slice(0, roles.indexOf(role) + 1)
    .map((one) => accessOf[one])
    .map(({ resource, subresource, verb }) => ({
      apiGroups: [accessGroup],
      resources: [subresource === undefined ? resource : `${resource}/${subresource}`],
      verbs: [verb],
    }));
  return labelled({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: `${namespace}-${role}` }, rules });
}

/** RBAC cannot bind `create` to a name, so that one stands alone. */
function ownNamespaceRules(): readonly Rule[] {
  const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
    { ...lease, verbs: ['create'] },
    { ...lease, resourceNames: ['kubemend'], verbs: ['get', 'update'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['actor'], verbs: ['create'] },
  ];
}

function actorRules(actions: ManifestOptions['actions']): readonly Rule[] {
  for (const action of actions) for (const permission of action.rbac) refuseUnsafe(action.name, permission);
  const wanted = actions.flatMap((action) => action.rbac);
  const byResource = Map.groupBy(wanted, (permission) => `${permission.apiGroup}/${permission.resource}`);
  return [...byResource.values()]
    .flatMap((same) => same.slice(0, 1).map((one) => ({ ...one, verbs: [...new Set(same.flatMap((each) => each.verbs))].sort() })))
    .sort((a, b) => compare(a.apiGroup, b.apiGroup) || compare(a.resource, b.resource))
    .map(({ apiGroup, resource, verbs }) => ({ apiGroups: [apiGroup], resources: [resource], verbs }));
}

const neverGroups = new Set(['*', RBAC, 'admissionregistration.k8s.io', 'authentication.k8s.io', 'certificates.k8s.io']);
const neverResources = new Set(['secrets', 'serviceaccounts', 'nodes/proxy']);
const neverVerbs = new Set(['*', 'escalate', 'bind', 'impersonate', 'deletecollection']);

function refuseUnsafe(action: string, { apiGroup, resource, verbs }: Permission): void {
  const base = resource.split('/')[0] ?? '';
  const isUnsafe =
    neverGroups.has(apiGroup) ||
    neverResources.has(resource) ||
    neverResources.has(base) ||
    resource.includes('*') ||
    /\/(exec|attach|portforward|ephemeralcontainers|proxy|token)$/.test(resource) ||
    verbs.some((verb) => neverVerbs.has(verb));
  if (!isUnsafe) return;
  const asked = `${verbs.join(', ')} ${apiGroup || 'core'}/${resource}`;
  throw new CoreError('not-allowed', `action ${action} asks for "${asked}", which no action may have: narrow its rbac or switch it off`);
}

function account(namespace: string, name: string): KubeManifest {
  return labelled({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
    // Tokens are asked for by whoever needs one; none is mounted for nothing.
    automountServiceAccountToken: false,
  });
}

function roleAndBinding(namespace: string, grant: Grant): readonly KubeManifest[] {
  const kind = grant.local ? 'Role' : 'ClusterRole';
  const metadata = grant.local ? { name: grant.name, namespace } : { name: grant.name };
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules: grant.rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name: grant.name },
      subjects: [{ kind: 'ServiceAccount', name: grant.account, namespace }],
    },
  ].map(labelled);
}

function labelled(manifest: KubeManifest): KubeManifest {
  return { ...manifest, metadata: { ...manifest.metadata, labels: { ...partOf, ...manifest.metadata.labels } } };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
