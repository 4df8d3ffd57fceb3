/** The small model of Kubernetes objects that kubemend keeps: what detectors, diagnosers and guards look at, and nothing else. */
import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/** An entry of `metadata.ownerReferences`. */
export const OwnerReference = z
  .strictObject({ apiGroup: z.string(), kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean() })
  .readonly();

/** One field manager's last write, from `metadata.managedFields`; `touches` names the parts that guards ask about. */
export const FieldManager = z
  .strictObject({
    manager: z.string(),
    operation: z.string(),
    subresource: z.string().optional(),
    at: z.number().optional(),
    touches: z.array(z.enum(['replicas', 'template', 'resources', 'other'])).readonly(),
  })
  .readonly();
export type FieldManager = z.infer<typeof FieldManager>;

/** What all objects share. `ref` carries the uid. */
export const ObjectMeta = z
  .strictObject({
    ref: ResourceRef,
    resourceVersion: z.string(),
    generation: z.number().optional(),
    createdAt: z.number(),
    deletedAt: z.number().optional(),
    finalizers: z.array(z.string()).readonly(),
    labels: z.record(z.string(), z.string()).readonly(),
    annotations: z.record(z.string(), z.string()).readonly(),
    owners: z.array(OwnerReference).readonly(),
    managers: z.array(FieldManager).readonly(),
  })
  .readonly();
export type ObjectMeta = z.infer<typeof ObjectMeta>;

/** A status condition in Kubernetes' sense; `changedAt` is its lastTransitionTime. */
export const Condition = z
  .strictObject({
    type: z.string(),
    status: z.enum(['True', 'False', 'Unknown']),
    reason: z.string().optional(),
    message: z.string().optional(),
    changedAt: z.number().optional(),
  })
  .readonly();
export type Condition = z.infer<typeof Condition>;

/** A label selector; matched by `matches()` in `selector.ts`. */
export const LabelSelector = z
  .strictObject({
    matchLabels: z.record(z.string(), z.string()).readonly(),
    matchExpressions: z
      .array(z.strictObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).readonly() }).readonly())
      .readonly(),
  })
  .readonly();
export type LabelSelector = z.infer<typeof LabelSelector>;

/** CPU in cores and memory in bytes; a missing field means that it is not set. */
export const Quantities = z.strictObject({ cpuCores: z.number().optional(), memoryBytes: z.number().optional() }).readonly();
export type Quantities = z.infer<typeof Quantities>;

/** What a container does now or did before; `unknown` when the kubelet has not said. */
export const ContainerState = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('waiting'), reason: z.string().optional(), message: z.string().optional() }),
  z.strictObject({ is: z.literal('running'), startedAt: z.number().optional() }),
  z.strictObject({
    is: z.literal('terminated'),
    reason: z.string().optional(),
    message: z.string().optional(),
    exitCode: z.number(),
    startedAt: z.number().optional(),
    finishedAt: z.number().optional(),
  }),
  z.strictObject({ is: z.literal('unknown') }),
]);
export type ContainerState = z.infer<typeof ContainerState>;

/** One container of a pod: spec and status joined. A `sidecar` is an init container that restarts always. */
export const Container = z
  .strictObject({
    name: z.string(),
    role: z.enum(['main', 'init', 'sidecar']),
    image: z.string(),
    ready: z.boolean(),
    started: z.boolean().optional(),
    restartCount: z.number(),
    state: ContainerState,
    lastState: ContainerState.optional(),
    requests: Quantities,
    limits: Quantities,
    probes: z.array(z.enum(['liveness', 'readiness', 'startup'])).readonly(),
  })
  .readonly();
export type Container = z.infer<typeof Container>;

/** A pod: spec and status joined, with its containers. */
export const Pod = z
  .strictObject({
    kind: z.literal('Pod'),
    meta: ObjectMeta,
    phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']),
    reason: z.string().optional(),
    message: z.string().optional(),
    nodeName: z.string().optional(),
    restartPolicy: z.string(),
    conditions: z.array(Condition).readonly(),
    containers: z.array(Container).readonly(),
    startedAt: z.number().optional(),
    /** emptyDir or hostPath: what is lost with the pod. */
    hasLocalStorage: z.boolean(),
    claims: z.array(z.string()).readonly(),
    isStatic: z.boolean(),
    priorityClass: z.string().optional(),
    /** Its own IP addresses; missing where it has none yet, or those of its node. */
    addresses: z.array(z.string()).readonly().optional(),
  })
  .readonly();
export type Pod = z.infer<typeof Pod>;

/** A Deployment, StatefulSet or DaemonSet. `replicas` is what is asked for (for a DaemonSet: desiredNumberScheduled). */
export const Workload = z
  .strictObject({
    kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
    meta: ObjectMeta,
    replicas: z.number(),
    readyReplicas: z.number(),
    availableReplicas: z.number(),
    updatedReplicas: z.number(),
    observedGeneration: z.number().optional(),
    selector: LabelSelector,
    conditions: z.array(Condition).readonly(),
    images: z.record(z.string(), z.string()).readonly(),
    isPaused: z.boolean(),
    strategy: z.string().optional(),
    podManagementPolicy: z.string().optional(),
    /** How many pods a rolling update may take at once: a count, by the workload's own setting or Kubernetes' default for it. */
    maxUnavailable: z.number().optional(),
    progressDeadlineMs: z.number().optional(),
    /** StatefulSet: status.currentRevision and status.updateRevision. */
    currentRevision: z.string().optional(),
    updateRevision: z.string().optional(),
  })
  .readonly();
export type Workload = z.infer<typeof Workload>;

/** A ReplicaSet: one revision of a Deployment. */
export const ReplicaSet = z
  .strictObject({
    kind: z.literal('ReplicaSet'),
    meta: ObjectMeta,
    revision: z.number().optional(),
    replicas: z.number(),
    readyReplicas: z.number(),
    availableReplicas: z.number(),
    selector: LabelSelector,
    conditions: z.array(Condition).readonly(),
    images: z.record(z.string(), z.string()).readonly(),
  })
  .readonly();
export type ReplicaSet = z.infer<typeof ReplicaSet>;

/** One recorded revision of a StatefulSet or DaemonSet, without its data. */
export const ControllerRevision = z
  .strictObject({ kind: z.literal('ControllerRevision'), meta: ObjectMeta, revision: z.number() })
  .readonly();

/** A job, with the counts of its pods. */
export const Job = z
  .strictObject({
    kind: z.literal('Job'),
    meta: ObjectMeta,
    active: z.number(),
    succeeded: z.number(),
    failed: z.number(),
    backoffLimit: z.number(),
    isSuspended: z.boolean(),
    conditions: z.array(Condition).readonly(),
  })
  .readonly();
export type Job = z.infer<typeof Job>;

/** A schedule by which jobs are made. */
export const CronJob = z
  .strictObject({ kind: z.literal('CronJob'), meta: ObjectMeta, isSuspended: z.boolean(), lastScheduledAt: z.number().optional() })
  .readonly();

/** An autoscaler: `scales` is the workload whose replica count it sets. */
export const HorizontalPodAutoscaler = z
  .strictObject({
    kind: z.literal('HorizontalPodAutoscaler'),
    meta: ObjectMeta,
    scales: z.strictObject({ apiGroup: z.string(), kind: z.string(), name: z.string() }).readonly(),
    minReplicas: z.number(),
    maxReplicas: z.number(),
    currentReplicas: z.number(),
    desiredReplicas: z.number(),
    metrics: z.array(z.string()).readonly(),
    conditions: z.array(Condition).readonly(),
  })
  .readonly();
export type HorizontalPodAutoscaler = z.infer<typeof HorizontalPodAutoscaler>;

/** How many of the selected pods may be missing at once, as its controller last counted. */
export const PodDisruptionBudget = z
  .strictObject({
    kind: z.literal('PodDisruptionBudget'),
    meta: ObjectMeta,
    selector: LabelSelector,
    observedGeneration: z.number().optional(),
    disruptionsAllowed: z.number(),
    currentHealthy: z.number(),
    desiredHealthy: z.number(),
    expectedPods: z.number(),
    unhealthyPodEvictionPolicy: z.enum(['IfHealthyBudget', 'AlwaysAllow']),
  })
  .readonly();
export type PodDisruptionBudget = z.infer<typeof PodDisruptionBudget>;

/** A node: where pods run, and how it says it is. */
export const Node = z
  .strictObject({
    kind: z.literal('Node'),
    meta: ObjectMeta,
    conditions: z.array(Condition).readonly(),
    isUnschedulable: z.boolean(),
    isControlPlane: z.boolean(),
    taints: z.array(z.strictObject({ key: z.string(), value: z.string().optional(), effect: z.string() }).readonly()).readonly(),
    zone: z.string().optional(),
    allocatable: Quantities,
    /** Its IP addresses, internal and external. */
    addresses: z.array(z.string()).readonly().optional(),
  })
  .readonly();
export type Node = z.infer<typeof Node>;

/** A claim to storage, bound or not. */
export const PersistentVolumeClaim = z
  .strictObject({
    kind: z.literal('PersistentVolumeClaim'),
    meta: ObjectMeta,
    phase: z.string(),
    storageClass: z.string().optional(),
    volumeName: z.string().optional(),
    conditions: z.array(Condition).readonly(),
  })
  .readonly();
export type PersistentVolumeClaim = z.infer<typeof PersistentVolumeClaim>;

/** How claims of this class are provided for, and when they are bound. */
export const StorageClass = z
  .strictObject({ kind: z.literal('StorageClass'), meta: ObjectMeta, bindingMode: z.string(), provisioner: z.string() })
  .readonly();

/** A service, by the labels of the pods behind it. */
export const Service = z
  .strictObject({
    kind: z.literal('Service'),
    meta: ObjectMeta,
    selector: z.record(z.string(), z.string()).readonly(),
    /** Its IP addresses, in the cluster and of its load balancer; missing where it has none. */
    addresses: z.array(z.string()).readonly().optional(),
  })
  .readonly();

/** A namespace; its labels opt it in, its conditions say why it does not go. */
export const Namespace = z
  .strictObject({ kind: z.literal('Namespace'), meta: ObjectMeta, phase: z.string(), conditions: z.array(Condition).readonly() })
  .readonly();

/** Hard limits and use, in base units (cores, bytes, objects). */
export const ResourceQuota = z
  .strictObject({
    kind: z.literal('ResourceQuota'),
    meta: ObjectMeta,
    hard: z.record(z.string(), z.number()).readonly(),
    used: z.record(z.string(), z.number()).readonly(),
  })
  .readonly();

/** Admission webhooks, and the services that answer them. */
export const WebhookConfiguration = z
  .strictObject({
    kind: z.enum(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']),
    meta: ObjectMeta,
    webhooks: z
      .array(
        z
          .strictObject({
            name: z.string(),
            failurePolicy: z.string(),
            service: z.strictObject({ namespace: z.string(), name: z.string() }).readonly().optional(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

export type WebhookConfiguration = z.infer<typeof WebhookConfiguration>;

/** Only the metadata of a ConfigMap is kept. */
export const ConfigMap = z.strictObject({ kind: z.literal('ConfigMap'), meta: ObjectMeta }).readonly();

/** Any object of the small model, told apart by `kind`. */
export const KubeObject = z.discriminatedUnion('kind', [
  Pod,
  Workload,
  ReplicaSet,
  ControllerRevision,
  Job,
  CronJob,
  HorizontalPodAutoscaler,
  PodDisruptionBudget,
  Node,
  PersistentVolumeClaim,
  StorageClass,
  Service,
  Namespace,
  ResourceQuota,
  WebhookConfiguration,
  ConfigMap,
]);
export type KubeObject = z.infer<typeof KubeObject>;
/** The kind of an object of the small model. */
export type Kind = KubeObject['kind'];
/** All that is watched: the kinds of objects, and Kubernetes' events. */
export type Watched = Kind | 'Event';
/** Every kind of the small model. */
export const kinds: readonly Kind[] = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ControllerRevision',
  'Job',
  'CronJob',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Node',
  'PersistentVolumeClaim',
  'StorageClass',
  'Service',
  'Namespace',
  'ResourceQuota',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ConfigMap',
];
/** The object type of one kind. */
export type ObjectOf<K extends Kind> = K extends Workload['kind']
  ? Workload & { readonly kind: K }
  : K extends WebhookConfiguration['kind']
    ? WebhookConfiguration & { readonly kind: K }
    : Extract<KubeObject, { kind: K }>;

/** The condition of this type, if the object has said anything about it. */
export function conditionOf(object: { readonly conditions: readonly Condition[] }, type: string): Condition | undefined {
  return object.conditions.find((condition) => condition.type === type);
}

/** Whether the kubelet calls the pod Ready and nobody is deleting it. */
export function isReady(pod: Pod): boolean {
  return pod.meta.deletedAt === undefined && conditionOf(pod, 'Ready')?.status === 'True';
}

/** Whether the object is one of the three kinds that own pods by a template. */
export function isWorkload(object: KubeObject): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'DaemonSet';
}
