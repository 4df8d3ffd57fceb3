import type { Detection } from '../../core/model/finding.ts';
import { conditionOf, type Pod, type Workload } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { eventsAbout, evidenceOf, type Timeline } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { type ContainerFailure, failureOf } from '../signs/certain-failure.ts';
import { BACKOFF_RESET_MS, lastExit, ranWellMs, startOf } from '../signs/exits.ts';
import { type NewestRevision, newestRevision } from '../signs/newest-revision.ts';
import { instant } from '../signs/words.ts';

/** A revision that was complete and ran for longer than this is not on trial any more. */
const TRIAL_MS = BACKOFF_RESET_MS;
const EVIDENCE_PODS = 10;

interface FailingPod extends ContainerFailure {
  readonly pod: Pod;
}

/** Fires when the rollout of a workload's newest revision does not complete: its deadline has passed, or its pods fail for certain. */
export const stuckRollout = defineStateDetector({
  name: 'stuck-rollout',
  watches: ['Deployment', 'StatefulSet', 'DaemonSet'],
  needs: ['Pod', 'ReplicaSet', 'ControllerRevision'],
  detect(workload, timeline) {
    if (workload.meta.deletedAt !== undefined || workload.isPaused || workload.replicas === 0) return quiet;
    const { observedGeneration } = workload;
    if (observedGeneration === undefined || observedGeneration < (workload.meta.generation ?? 0))
      return unknown(`its controller has not yet seen generation ${workload.meta.generation ?? '(not set)'}`);
    const newest = newestRevision(workload, timeline);
    const isLate = conditionOf(workload, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
    if ('unclear' in newest) return isLate ? late(workload, []) : unknown(newest.unclear);
    const failing = newest.pods.flatMap((pod) => failingPod(pod, timeline, newest) ?? []);
    const certain = failing.filter((failure) => failure.is === 'certain');
    if (isLate) return late(workload, certain, newest);
    if (certain.length > 0) return early(workload, newest, certain);
    return failing[0] ? unknown(`${failing[0].words}; it runs again, but not for long enough to tell`) : quiet;
  },
});

function late(workload: Workload, failing: readonly FailingPod[], newest?: NewestRevision): Detection {
  const condition = conditionOf(workload, 'Progressing');
  const summary = `${headline(workload, newest)}; its deadline passed at ${instant(condition?.changedAt)}${example(failing)}`;
  return firing(summary, 1, evidence(workload, failing, newest));
}

function early(workload: Workload, newest: NewestRevision, failing: readonly FailingPod[]): Detection {
  const share = failing.length / newest.pods.length;
  return firing(`${headline(workload, newest)}${example(failing)}`, 0.6 + 0.4 * share, evidence(workload, failing, newest));
}

function headline(workload: Workload, newest?: NewestRevision): string {
  const { replicas, updatedReplicas, availableReplicas } = workload;
  const revision = newest ? `revision ${newest.name}` : 'the newest revision';
  return `${resourceName(workload.meta.ref)}: the rollout of ${revision} is stuck (${updatedReplicas} of ${replicas} pods updated, ${availableReplicas} available)`;
}

function example(failing: readonly FailingPod[]): string {
  const first = failing[0];
  if (!first) return '';
  const { name } = first.pod.meta.ref;
  return `; failing pods: ${failing.length}, such as ${name} (created ${instant(first.pod.meta.createdAt)}): ${first.words}`;
}

function evidence(workload: Workload, failing: readonly FailingPod[], newest?: NewestRevision): string[] {
  const pods = failing.slice(0, EVIDENCE_PODS).map((failure) => evidenceOf(failure.pod));
  return [evidenceOf(workload), ...(newest?.evidence ?? []), ...pods];
}

function failingPod(pod: Pod, timeline: Timeline, newest: NewestRevision): FailingPod | undefined {
  if (pod.phase !== 'Pending' && pod.phase !== 'Running') return undefined;
  const failure = failureOf(pod, timeline.now);
  if (!failure) return undefined;
  return newest.progress === 'incomplete' || isOnTrial(pod, failure, { timeline, newest }) ? { ...failure, pod } : undefined;
}

/**
 * Where a rollout may well have completed, its pods only count if they came with it and have failed from the start. One that has completed
 * proved its image and settings, so that only crashes can speak against it.
 */
function isOnTrial(
  pod: Pod,
  { container }: ContainerFailure,
  seen: { readonly timeline: Timeline; readonly newest: NewestRevision },
): boolean {
  if (seen.newest.progress === 'complete' && !lastExit(container)) return false;
  const backOffs = eventsAbout(seen.timeline, pod.meta.ref).filter(
    (event) => event.reason === 'BackOff' && event.fieldPath?.endsWith(`{${container.name}}`),
  );
  const firstBackOffMs = Math.min(...backOffs.map((event) => event.firstAt)) - startOf(pod);
  const wellMs = Math.max(ranWellMs(pod, container), Number.isFinite(firstBackOffMs) ? firstBackOffMs : 0);
  return pod.meta.createdAt - seen.newest.createdAt <= TRIAL_MS && wellMs <= TRIAL_MS;
}
