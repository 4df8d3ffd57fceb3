/** Builders of Kubernetes objects in the small model: healthy and long established unless told otherwise. */
import type {
  Container,
  HorizontalPodAutoscaler,
  Job,
  KubeObject,
  Node,
  ObjectOf,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  Workload,
} from '../../src/core/model/objects.ts';
import { condition, LONG_AGO, manager, type Options, selector, split } from './object-meta.ts';

type ConfigMapObject = ObjectOf<'ConfigMap'>;
type ControllerRevisionObject = ObjectOf<'ControllerRevision'>;
type CronJobObject = ObjectOf<'CronJob'>;
type NamespaceObject = ObjectOf<'Namespace'>;
type ResourceQuotaObject = ObjectOf<'ResourceQuota'>;
type ServiceObject = ObjectOf<'Service'>;
type WebhookConfigurationObject = Extract<KubeObject, { webhooks: unknown }>;

/** A running, ready main container. */
export function container(name: string, options: Partial<Omit<Container, 'name'>> = {}): Container {
  return {
    name,
    role: 'main',
    image: 'registry.test/cart:1',
    ready: true,
    started: true,
    restartCount: 0,
    state: { is: 'running', startedAt: LONG_AGO },
    requests: { cpuCores: 0.1, memoryBytes: 64 * 1024 ** 2 },
    limits: { memoryBytes: 128 * 1024 ** 2 },
    probes: ['readiness'],
    ...options,
  };
}

/** A pod of one container on node-1, Running and Ready; `ready: false` makes it running but unready, `phase: 'Pending'` unscheduled. */
export function pod(name: string, options: Options<Pod> & { readonly ready?: boolean } = {}): Pod {
  const { ready, ...others } = options;
  const { meta, rest } = split('Pod', name, { labels: { app: 'cart' }, managers: [manager('kube-controller-manager')], ...others });
  const isPending = rest.phase === 'Pending';
  const isUp = ready ?? (rest.phase === undefined || rest.phase === 'Running');
  const state = isPending ? { is: 'waiting' as const, reason: 'ContainerCreating' } : { is: 'running' as const, startedAt: LONG_AGO };
  return {
    kind: 'Pod',
    meta,
    phase: 'Running',
    ...(!isPending && { nodeName: 'node-1' }),
    restartPolicy: 'Always',
    conditions: [
      condition('PodScheduled', { status: isPending ? 'False' : 'True' }),
      condition('Initialized', { status: isPending ? 'False' : 'True' }),
      condition('ContainersReady', { status: isUp ? 'True' : 'False' }),
      condition('Ready', { status: isUp ? 'True' : 'False' }),
    ],
    containers: [container('app', { ready: isUp, state })],
    startedAt: LONG_AGO,
    hasLocalStorage: false,
    claims: [],
    isStatic: false,
    ...rest,
  };
}

function workload<K extends Workload['kind']>(kind: K, name: string, options: Options<Workload>): ObjectOf<K> {
  const { meta, rest } = split(kind, name, {
    labels: { app: name },
    generation: 1,
    managers: [manager('kubectl-client-side-apply'), manager('kube-controller-manager', { subresource: 'status', touches: ['other'] })],
    ...options,
  });
  const replicas = rest.replicas ?? 3;
  return {
    kind,
    meta,
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    updatedReplicas: replicas,
    observedGeneration: meta.generation ?? 1,
    selector: selector({ app: name }),
    conditions: [],
    images: { app: 'registry.test/cart:1' },
    isPaused: false,
    strategy: 'RollingUpdate',
    ...rest,
  } as ObjectOf<K>;
}

/** A Deployment whose rollout is complete: 3 of 3 replicas, pods labelled `app: NAME`. */
export function deployment(name: string, options: Options<Workload> = {}): ObjectOf<'Deployment'> {
  return workload('Deployment', name, {
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    progressDeadlineMs: 600_000,
    conditions: [condition('Available'), condition('Progressing', { reason: 'NewReplicaSetAvailable' })],
    ...options,
  });
}

/** A StatefulSet at one revision: 3 of 3 replicas. */
export function statefulSet(name: string, options: Options<Workload> = {}): ObjectOf<'StatefulSet'> {
  const revision = `${name}-1`;
  return workload('StatefulSet', name, {
    podManagementPolicy: 'OrderedReady',
    currentRevision: revision,
    updateRevision: revision,
    ...options,
  });
}

/** A DaemonSet on three nodes. */
export function daemonSet(name: string, options: Options<Workload> = {}): ObjectOf<'DaemonSet'> {
  return workload('DaemonSet', name, options);
}

/** A ReplicaSet of 3 of 3 replicas, revision 1. */
export function replicaSet(name: string, options: Options<ReplicaSet> = {}): ReplicaSet {
  const { meta, rest } = split('ReplicaSet', name, { generation: 1, ...options });
  const replicas = rest.replicas ?? 3;
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas };
  return { kind: 'ReplicaSet', meta, revision: 1, ...counts, selector: selector({}), conditions: [], images: {}, ...rest };
}

/** A node in zone-a, Ready, without taints. */
export function node(name: string, options: Options<Node> & { readonly ready?: boolean } = {}): Node {
  const { ready = true, ...others } = options;
  const { meta, rest } = split('Node', name, others);
  return {
    kind: 'Node',
    meta,
    conditions: [
      condition('Ready', { status: ready ? 'True' : 'False', reason: ready ? 'KubeletReady' : 'KubeletNotReady' }),
      ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => condition(type, { status: 'False' })),
    ],
    isUnschedulable: false,
    isControlPlane: false,
    taints: [],
    zone: 'zone-a',
    allocatable: { cpuCores: 4, memoryBytes: 16 * 1024 ** 3 },
    ...rest,
  };
}

/** A namespace, not opted in. */
export function namespace(name: string, options: Options<NamespaceObject> = {}): NamespaceObject {
  const { meta, rest } = split('Namespace', name, options);
  return { kind: 'Namespace', meta, phase: 'Active', conditions: [], ...rest };
}

/** A budget over `app: cart` that allows one disruption. */
export function podDisruptionBudget(name: string, options: Options<PodDisruptionBudget> = {}): PodDisruptionBudget {
  const { meta, rest } = split('PodDisruptionBudget', name, { generation: 1, ...options });
  return {
    kind: 'PodDisruptionBudget',
    meta,
    selector: selector({ app: 'cart' }),
    observedGeneration: 1,
    disruptionsAllowed: 1,
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    ...rest,
  };
}

/** An autoscaler of the Deployment `cart` by CPU, from 1 to 10. */
export function horizontalPodAutoscaler(name: string, options: Options<HorizontalPodAutoscaler> = {}): HorizontalPodAutoscaler {
  const { meta, rest } = split('HorizontalPodAutoscaler', name, options);
  return {
    kind: 'HorizontalPodAutoscaler',
    meta,
    scales: { apiGroup: 'apps', kind: 'Deployment', name: 'cart' },
    minReplicas: 1,
    maxReplicas: 10,
    currentReplicas: 3,
    desiredReplicas: 3,
    metrics: ['cpu'],
    conditions: [condition('AbleToScale'), condition('ScalingActive'), condition('ScalingLimited', { status: 'False' })],
    ...rest,
  };
}

/** A Job with one active pod. */
export function job(name: string, options: Options<Job> = {}): Job {
  const { meta, rest } = split('Job', name, options);
  return { kind: 'Job', meta, active: 1, succeeded: 0, failed: 0, backoffLimit: 6, isSuspended: false, conditions: [], ...rest };
}

/** A CronJob that is not suspended. */
export function cronJob(name: string, options: Options<CronJobObject> = {}): CronJobObject {
  const { meta, rest } = split('CronJob', name, options);
  return { kind: 'CronJob', meta, isSuspended: false, ...rest };
}

/** A ControllerRevision, number 1. */
export function controllerRevision(name: string, options: Options<ControllerRevisionObject> = {}): ControllerRevisionObject {
  const { meta, rest } = split('ControllerRevision', name, options);
  return { kind: 'ControllerRevision', meta, revision: 1, ...rest };
}

/** A service over `app: cart`. */
export function service(name: string, options: Options<ServiceObject> = {}): ServiceObject {
  const { meta, rest } = split('Service', name, options);
  return { kind: 'Service', meta, selector: { app: 'cart' }, ...rest };
}

/** A bound claim of the class `standard`. */
export function persistentVolumeClaim(name: string, options: Options<PersistentVolumeClaim> = {}): PersistentVolumeClaim {
  const { meta, rest } = split('PersistentVolumeClaim', name, options);
  return { kind: 'PersistentVolumeClaim', meta, phase: 'Bound', storageClass: 'standard', conditions: [], ...rest };
}

/** A quota without limits. */
export function resourceQuota(name: string, options: Options<ResourceQuotaObject> = {}): ResourceQuotaObject {
  const { meta, rest } = split('ResourceQuota', name, options);
  return { kind: 'ResourceQuota', meta, hard: {}, used: {}, ...rest };
}

/** A validating webhook that is served by `SERVICE` (or by nothing in the cluster). */
export function webhookConfiguration(
  name: string,
  options: Options<WebhookConfigurationObject> & {
    readonly service?: { readonly namespace: string; readonly name: string };
  } = {},
): WebhookConfigurationObject {
  const { service: served, ...others } = options;
  const { meta, rest } = split('ValidatingWebhookConfiguration', name, others);
  const webhook = { name: `${name}.example.test`, failurePolicy: 'Fail', ...(served && { service: served }) };
  return { kind: 'ValidatingWebhookConfiguration', meta, webhooks: [webhook], ...rest };
}

/** A ConfigMap; its data is not kept. */
export function configMap(name: string, options: Options<ConfigMapObject> = {}): ConfigMapObject {
  return { kind: 'ConfigMap', meta: split('ConfigMap', name, options).meta };
}
