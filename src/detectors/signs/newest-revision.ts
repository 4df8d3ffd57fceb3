import { type Condition, conditionOf, type Pod, type Workload } from '../../core/model/objects.ts';
import { evidenceOf, ofKind, type Timeline } from '../../core/model/timeline.ts';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'controller-revision-hash';

/** The revision that a workload rolls out (or has rolled out last), with the pods that are of it and not being deleted. */
export interface NewestRevision {
  readonly name: string;
  readonly createdAt: number;
  readonly pods: readonly Pod[];
  /** What the cluster itself shows of this rollout; `untold` where its controller keeps no record of completion. */
  readonly progress: 'incomplete' | 'complete' | 'untold';
  readonly evidence: readonly string[];
}

/** Finds the newest revision by Kubernetes' own marks; a sentence when it cannot be told. */
export function newestRevision(workload: Workload, timeline: Timeline): NewestRevision | { readonly unclear: string } {
  const pods = ofKind(timeline, 'Pod').filter((pod) => pod.meta.deletedAt === undefined);
  switch (workload.kind) {
    case 'Deployment':
      return ofDeployment(workload, timeline, pods);
    case 'StatefulSet':
      return ofStatefulSet(workload, timeline, pods);
    case 'DaemonSet':
      return ofDaemonSet(workload, timeline, pods);
  }
}

function ofDeployment(workload: Workload, timeline: Timeline, pods: readonly Pod[]): ReturnType<typeof newestRevision> {
  const number = workload.meta.annotations[REVISION];
  const replicaSet = ofKind(timeline, 'ReplicaSet').find((candidate) => String(candidate.revision) === number);
  if (number === undefined || !replicaSet) return { unclear: `no ReplicaSet of revision ${number ?? '(not set)'} is in view` };
  const progressing = conditionOf(workload, 'Progressing');
  return {
    name: number,
    createdAt: replicaSet.meta.createdAt,
    pods: pods.filter((pod) => pod.meta.owners.some((owner) => owner.controller && owner.uid === replicaSet.meta.ref.uid)),
    progress: progressOf(progressing),
    evidence: [evidenceOf(replicaSet)],
  };
}

/** A Deployment that has once completed a revision keeps this reason until the next one begins. */
function progressOf(progressing: Condition | undefined): NewestRevision['progress'] {
  if (!progressing) return 'untold';
  return progressing.reason === 'NewReplicaSetAvailable' ? 'complete' : 'incomplete';
}

function ofStatefulSet(workload: Workload, timeline: Timeline, pods: readonly Pod[]): ReturnType<typeof newestRevision> {
  const { updateRevision, currentRevision } = workload;
  const revision = ofKind(timeline, 'ControllerRevision').find((candidate) => candidate.meta.ref.name === updateRevision);
  if (updateRevision === undefined || !revision)
    return { unclear: `the ControllerRevision ${updateRevision ?? '(not set)'} is not in view` };
  const isUnderWay = workload.strategy !== 'OnDelete' && currentRevision !== undefined && currentRevision !== updateRevision;
  return {
    name: updateRevision,
    createdAt: revision.meta.createdAt,
    pods: pods.filter((pod) => pod.meta.labels[HASH] === updateRevision),
    progress: isUnderWay ? 'incomplete' : 'untold',
    evidence: [evidenceOf(revision)],
  };
}

function ofDaemonSet(workload: Workload, timeline: Timeline, pods: readonly Pod[]): ReturnType<typeof newestRevision> {
  const revision = ofKind(timeline, 'ControllerRevision').toSorted((a, b) => b.revision - a.revision)[0];
  const hash = revision?.meta.labels[HASH];
  if (!revision || hash === undefined) return { unclear: 'no ControllerRevision with a hash is in view' };
  const ofNewest = pods.filter((pod) => pod.meta.labels[HASH] === hash);
  return {
    name: revision.meta.ref.name,
    createdAt: revision.meta.createdAt,
    pods: ofNewest,
    progress: workload.strategy !== 'OnDelete' && ofNewest.length < pods.length ? 'incomplete' : 'untold',
    evidence: [evidenceOf(revision)],
  };
}
