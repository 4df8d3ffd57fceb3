import type { Pod } from '../../core/model/objects.ts';
import { matches } from '../../core/model/selector.ts';
import type { ClusterView } from '../../core/view.ts';

/** One line for each disruption budget that covers the pod, with its headroom; says so when there is none, or nobody can tell. */
export function budgetNotes(view: ClusterView, { meta }: Pod): string[] {
  if (view.isBlindFor('PodDisruptionBudget')) return ['disruption budgets are not in view'];
  const covering = view
    .ofKind('PodDisruptionBudget')
    .filter((budget) => budget.meta.ref.namespace === meta.ref.namespace && matches(budget.selector, meta.labels));
  if (covering.length === 0) return ['no disruption budget covers the pod'];
  return covering.map(
    (budget) =>
      `budget ${budget.meta.ref.name}: ${budget.disruptionsAllowed} disruption(s) allowed, ${budget.currentHealthy} pods healthy, ${budget.desiredHealthy} must be`,
  );
}
