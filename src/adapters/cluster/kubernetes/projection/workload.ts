import type { ReplicaSet, Workload } from '../../../../core/model/objects.ts';
import { flagAt, listAt, numberAt, textAt } from './fields.ts';
import { maxUnavailableOf } from './max-unavailable.ts';
import { conditionsOf, metaOf, type ProjectionContext, selectorOf } from './metadata.ts';

/** A raw Deployment or StatefulSet as the small model holds it. */
export function projectReplicated(kind: 'Deployment' | 'StatefulSet'): (raw: unknown, context: ProjectionContext) => Workload {
  return (raw, context) => ({
    ...sharedOf(kind, raw, context),
    ...scaleOf(kind, raw, numberAt(raw, 'spec', 'replicas') ?? 1),
    readyReplicas: numberAt(raw, 'status', 'readyReplicas') ?? 0,
    availableReplicas: numberAt(raw, 'status', 'availableReplicas') ?? 0,
    updatedReplicas: numberAt(raw, 'status', 'updatedReplicas') ?? 0,
  });
}

/** A raw DaemonSet; the replicas asked for are those that its controller schedules. */
export function projectDaemonSet(raw: unknown, context: ProjectionContext): Workload {
  return {
    ...sharedOf('DaemonSet', raw, context),
    ...scaleOf('DaemonSet', raw, numberAt(raw, 'status', 'desiredNumberScheduled') ?? 0),
    readyReplicas: numberAt(raw, 'status', 'numberReady') ?? 0,
    availableReplicas: numberAt(raw, 'status', 'numberAvailable') ?? 0,
    updatedReplicas: numberAt(raw, 'status', 'updatedNumberScheduled') ?? 0,
  };
}

function scaleOf(kind: Workload['kind'], raw: unknown, replicas: number): Pick<Workload, 'replicas' | 'maxUnavailable'> {
  return { replicas, maxUnavailable: maxUnavailableOf(kind, raw, replicas) };
}

type Counts = 'replicas' | 'maxUnavailable' | 'readyReplicas' | 'availableReplicas' | 'updatedReplicas';

function sharedOf(kind: Workload['kind'], raw: unknown, context: ProjectionContext): Omit<Workload, Counts> {
  const progressDeadlineSeconds = numberAt(raw, 'spec', 'progressDeadlineSeconds');
  return {
    kind,
    meta: metaOf(raw, context),
    observedGeneration: numberAt(raw, 'status', 'observedGeneration'),
    selector: selectorOf(raw),
    conditions: conditionsOf(raw),
    images: imagesOf(raw),
    isPaused: flagAt(raw, 'spec', 'paused'),
    strategy: textAt(raw, 'spec', 'strategy', 'type') ?? textAt(raw, 'spec', 'updateStrategy', 'type'),
    podManagementPolicy: textAt(raw, 'spec', 'podManagementPolicy'),
    progressDeadlineMs: progressDeadlineSeconds === undefined ? undefined : progressDeadlineSeconds * 1000,
    currentRevision: textAt(raw, 'status', 'currentRevision'),
    updateRevision: textAt(raw, 'status', 'updateRevision'),
  };
}

/** A raw ReplicaSet; its revision is the one that its Deployment's controller wrote on it. */
export function projectReplicaSet(raw: unknown, context: ProjectionContext): ReplicaSet {
  const meta = metaOf(raw, context);
  return {
    kind: 'ReplicaSet',
    meta,
    revision: deploymentRevisionOf(meta.annotations),
    replicas: numberAt(raw, 'spec', 'replicas') ?? 1,
    readyReplicas: numberAt(raw, 'status', 'readyReplicas') ?? 0,
    availableReplicas: numberAt(raw, 'status', 'availableReplicas') ?? 0,
    selector: selectorOf(raw),
    conditions: conditionsOf(raw),
    images: imagesOf(raw),
  };
}

/** The revision number that a Deployment's controller wrote into these annotations. */
export function deploymentRevisionOf(annotations: Readonly<Record<string, string>>): number | undefined {
  const text = annotations['deployment.kubernetes.io/revision'];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function imagesOf(raw: unknown): Record<string, string> {
  const containers = [
    ...listAt(raw, 'spec', 'template', 'spec', 'initContainers'),
    ...listAt(raw, 'spec', 'template', 'spec', 'containers'),
  ];
  return Object.fromEntries(
    containers.flatMap((container) => {
      const name = textAt(container, 'name');
      return name === undefined ? [] : [[name, textAt(container, 'image') ?? '']];
    }),
  );
}
