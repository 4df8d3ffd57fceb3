import { type HealthyRevision, revisionHashOf, servesSince } from '../model/healthy-revision.ts';
import type { Pod, Workload } from '../model/objects.ts';
import type { ClusterView } from '../view.ts';

/** So long a revision must have stood fully available before that proves anything (safety.md §1). */
export const PROOF_MS = 10 * 60_000;

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** Whether all that a proof rests on is in fresh view. */
export function canProve(view: ClusterView): boolean {
  return !['Pod' as const, 'ReplicaSet' as const, ...WORKLOADS].some(view.isBlindFor);
}

/**
 * The revisions that have stood fully available for ten minutes now: every pod of the workload is of that one revision, there are as many
 * as are wanted, and each has served without a restart all that time. What we are blind for proves nothing.
 */
export function healthyRevisions(view: ClusterView): readonly HealthyRevision[] {
  if (!canProve(view)) return [];
  return WORKLOADS.flatMap(view.ofKind).flatMap((workload) => healthyRevisionOf(workload, view) ?? []);
}

function healthyRevisionOf(workload: Workload, view: ClusterView): HealthyRevision | undefined {
  const { ref, generation, deletedAt } = workload.meta;
  const isSettled = workload.observedGeneration !== undefined && workload.observedGeneration >= (generation ?? 0);
  if (ref.uid === undefined || deletedAt !== undefined || !isSettled || workload.replicas === 0) return undefined;
  const pods = view.ownedBy(ref).filter((object): object is Pod => object.kind === 'Pod');
  const [podHash, ...others] = new Set(pods.map(revisionHashOf));
  if (podHash === undefined || others.length > 0 || pods.length < workload.replicas) return undefined;
  const since = Math.max(...pods.map((pod) => servesSince(pod) ?? Number.POSITIVE_INFINITY));
  return view.at - since >= PROOF_MS ? { workload: ref.uid, podHash, since, until: view.at } : undefined;
}
