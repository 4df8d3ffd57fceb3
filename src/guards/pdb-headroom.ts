import { z } from 'zod';
import { isReady, type Pod, type PodDisruptionBudget } from '../core/model/objects.ts';
import { resourceName } from '../core/model/resource.ts';
import { matches } from '../core/model/selector.ts';
import { defineGuard, type Objection } from '../core/plugins.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';

/** An eviction is asked for at most once per 10 s and pod (safety.md, G12); budgets change as slowly. */
const RETRY_MS = 10_000;

/** An eviction must be one that the disruption budgets allow, by the rules of the API server's eviction handler. */
export const pdbHeadroom = defineGuard({
  name: 'pdb-headroom',
  options: z.strictObject({}),
  object({ write, target }, facts) {
    if (facts.kind === 'undo' || write.verb !== 'evict') return [];
    const pod = facts.view.get(target);
    const blind = blindness(['Pod', 'PodDisruptionBudget'], facts);
    if (pod?.kind !== 'Pod') return [...blind, unknown(`${resourceName(target)} is not in view, so its budgets are not known`, facts)];
    return [...blind, ...(isFree(pod) ? [] : budgetObjections(pod, facts.view.ofKind('PodDisruptionBudget'), facts.now))];
  },
});

/** The API server checks no budget for a pod that does not run or is being deleted. */
function isFree({ phase, meta }: Pod): boolean {
  return phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed' || meta.deletedAt !== undefined;
}

function budgetObjections(pod: Pod, budgets: readonly PodDisruptionBudget[], now: number): Objection[] {
  const matching = budgets.filter(
    ({ meta, selector }) => meta.ref.namespace === pod.meta.ref.namespace && matches(selector, pod.meta.labels),
  );
  const [budget, ...more] = matching;
  if (!budget) return [];
  if (more.length > 0)
    return [
      deny(
        `${matching.length} budgets cover the pod (${matching.map(({ meta }) => meta.ref.name).join(', ')}): the API server refuses to evict it`,
      ),
    ];
  return headroomObjections(pod, budget, now);
}

function headroomObjections(pod: Pod, budget: PodDisruptionBudget, now: number): Objection[] {
  const { unhealthyPodEvictionPolicy, currentHealthy, desiredHealthy, disruptionsAllowed, observedGeneration, meta } = budget;
  const isUnready = !isReady(pod);
  if (isUnready && unhealthyPodEvictionPolicy === 'AlwaysAllow') return [];
  const { generation } = meta;
  if (generation === undefined || observedGeneration === undefined || observedGeneration < generation)
    return [
      deny(
        `${meta.ref.name} was changed and not yet reckoned up (generation ${generation ?? '?'}, seen ${observedGeneration ?? '?'})`,
        now + RETRY_MS,
      ),
    ];
  if (isUnready && desiredHealthy > 0 && currentHealthy >= desiredHealthy) return [];
  if (disruptionsAllowed >= 1) return [];
  return [deny(`${meta.ref.name} allows no disruption: ${currentHealthy} pods are healthy and ${desiredHealthy} must be`, now + RETRY_MS)];
}
