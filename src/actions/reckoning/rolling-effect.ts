import { isReady, isWorkload, type Pod, type Workload } from '../../core/model/objects.ts';
import type { ResourceRef } from '../../core/model/resource.ts';
import type { Effect } from '../../core/plugins.ts';
import type { ClusterView } from '../../core/view.ts';
import { podsOf } from './pods.ts';

/** The share of a Deployment's pods that a rolling update may take at once where nothing says otherwise (Kubernetes' default maxUnavailable). */
const DEFAULT_MAX_UNAVAILABLE = 0.25;

/**
 * What a new template takes from service: of the pods that it replaces, as many Ready ones as the strategy takes down at once. No count
 * when the workload or its pods are not in fresh view.
 */
export function rollingEffect(view: ClusterView, ref: ResourceRef, isReplaced: (pod: Pod) => boolean): Effect {
  const workload = view.get(ref);
  if (!workload || !isWorkload(workload) || view.isBlindFor('Pod') || view.isBlindFor(workload.kind))
    return { affectedPods: [], notes: ['the workload or its pods are not in view'] };
  const pods = podsOf(view, ref);
  const replaced = pods.filter(isReplaced);
  const { most, note } = takenAtOnce(workload);
  const isHeldUp = waitsForUnready(workload) && pods.some((pod) => !isReady(pod));
  return {
    readyPodsNow: pods.filter(isReady).length,
    readyPodsTaken: Math.min(most, replaced.filter(isReady).length),
    affectedPods: replaced.map((pod) => pod.meta.ref.name),
    notes: isHeldUp ? [note, 'its controller replaces nothing while a pod is unready: that one must be evicted afterwards'] : [note],
  };
}

/** Whether a new template makes the workload's controller replace pods by itself. */
export function wouldRoll({ meta, isPaused, strategy, replicas }: Workload): boolean {
  return meta.deletedAt === undefined && !isPaused && strategy !== 'OnDelete' && replicas > 0;
}

/** Whether its controller stops at the first unready pod, in order, instead of replacing it (StatefulSet, policy OrderedReady). */
export function waitsForUnready({ kind, podManagementPolicy }: Workload): boolean {
  return kind === 'StatefulSet' && podManagementPolicy !== 'Parallel';
}

function takenAtOnce({ kind, strategy, replicas, maxUnavailable }: Workload): { readonly most: number; readonly note: string } {
  if (strategy === 'Recreate') return { most: Number.POSITIVE_INFINITY, note: 'strategy Recreate: every pod is replaced at once' };
  if (strategy === 'OnDelete') return { most: 0, note: 'strategy OnDelete: a pod runs on as it is until somebody deletes it' };
  const most = maxUnavailable ?? (kind === 'Deployment' ? Math.floor(replicas * DEFAULT_MAX_UNAVAILABLE) : 1);
  const share = kind !== 'Deployment' && most === 1 ? 'one pod after the other' : `at most ${most} of ${replicas} pods at once`;
  return { most, note: `rolling update: ${share}, as its maxUnavailable says` };
}
