import { isReady } from '../../core/model/objects.ts';
import type { ResourceRef } from '../../core/model/resource.ts';
import type { Effect } from '../../core/plugins.ts';
import { type ClusterView, workloadOf } from '../../core/view.ts';
import { budgetNotes } from './budget-notes.ts';
import { heldUpNotes } from './held-up-notes.ts';
import { podsOf } from './pods.ts';

/** What the eviction of one pod takes from its workload; no count while the pod, its owner or pods at all are not in view. */
export function evictionEffect(view: ClusterView, target: ResourceRef): Effect {
  const pod = view.get(target);
  const owner = workloadOf(view, target);
  if (pod?.kind !== 'Pod' || !owner || view.isBlindFor('Pod')) return { affectedPods: [target.name], notes: ['the pod is not in view'] };
  const pods = podsOf(view, owner.meta.ref);
  return {
    readyPodsNow: pods.filter(isReady).length,
    readyPodsTaken: isReady(pod) ? 1 : 0,
    affectedPods: [target.name],
    notes: [...budgetNotes(view, pod), ...heldUpNotes(pod, owner, pods)],
  };
}
