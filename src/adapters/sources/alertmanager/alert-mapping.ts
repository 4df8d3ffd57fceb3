import { z } from 'zod';
import { causes } from '../../../core/model/diagnosis.ts';

/** What the objects of an alert can be: its name's usual label (kube-state-metrics), kind and group; `namespaced` objects need a namespace label too. */
export const subjects = {
  pod: { kind: 'Pod', apiGroup: '', label: 'pod', namespaced: true },
  deployment: { kind: 'Deployment', apiGroup: 'apps', label: 'deployment', namespaced: true },
  statefulset: { kind: 'StatefulSet', apiGroup: 'apps', label: 'statefulset', namespaced: true },
  daemonset: { kind: 'DaemonSet', apiGroup: 'apps', label: 'daemonset', namespaced: true },
  /** The label `job` is the scrape job's. */
  job: { kind: 'Job', apiGroup: 'batch', label: 'job_name', namespaced: true },
  node: { kind: 'Node', apiGroup: '', label: 'node', namespaced: false },
  horizontalpodautoscaler: { kind: 'HorizontalPodAutoscaler', apiGroup: 'autoscaling', label: 'horizontalpodautoscaler', namespaced: true },
  persistentvolumeclaim: { kind: 'PersistentVolumeClaim', apiGroup: '', label: 'persistentvolumeclaim', namespaced: true },
} as const;

const treatable = causes.filter((cause) => cause !== 'unknown');

/** What alerts of one name speak about. */
export const AlertRule = z.strictObject({
  subject: z.enum(['pod', 'deployment', 'statefulset', 'daemonset', 'job', 'node', 'horizontalpodautoscaler', 'persistentvolumeclaim']),
  /** The cause that such an alert stands for, on the operator's word: a plan for it asks, in every mode. */
  cause: z.enum(treatable).optional(),
  /** The labels that hold the subject's name and namespace, where they are not the usual ones. */
  labels: z.strictObject({ name: z.string().min(1).optional(), namespace: z.string().min(1).optional() }).default({}),
});
export type AlertRule = z.infer<typeof AlertRule>;

/** By alert name; `false` switches a default off. */
export const AlertMapping = z.record(z.string().min(1), z.union([AlertRule, z.literal(false)]));
export type AlertMapping = z.infer<typeof AlertMapping>;

const about = (subject: AlertRule['subject'], ...names: readonly string[]) => names.map((name) => [name, { subject, labels: {} }] as const);

/** The alerts of kube-prometheus-stack (https://runbooks.prometheus-operator.dev) that speak about one object each; none of them names a cause. */
export const defaultMapping: AlertMapping = Object.fromEntries([
  ...about('pod', 'KubePodCrashLooping', 'KubePodNotReady', 'KubeContainerWaiting', 'KubeContainerOOMKilled', 'CPUThrottlingHigh'),
  ...about('deployment', 'KubeDeploymentReplicasMismatch', 'KubeDeploymentRolloutStuck', 'KubeDeploymentGenerationMismatch'),
  ...about('statefulset', 'KubeStatefulSetReplicasMismatch', 'KubeStatefulSetUpdateNotRolledOut', 'KubeStatefulSetGenerationMismatch'),
  ...about('daemonset', 'KubeDaemonSetRolloutStuck', 'KubeDaemonSetNotScheduled', 'KubeDaemonSetMisScheduled'),
  ...about('job', 'KubeJobFailed', 'KubeJobNotCompleted'),
  ...about('node', 'KubeNodeNotReady', 'KubeNodeUnreachable', 'KubeNodePressure', 'KubeNodeReadinessFlapping'),
  ...about('horizontalpodautoscaler', 'KubeHpaMaxedOut', 'KubeHpaReplicasMismatch'),
  ...about('persistentvolumeclaim', 'KubePersistentVolumeFillingUp'),
]);
