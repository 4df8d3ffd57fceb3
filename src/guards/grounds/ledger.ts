import type { Intent } from '../../core/model/intent.ts';
import type { Plan } from '../../core/model/plan.ts';
import { resourceKey } from '../../core/model/resource.ts';

/** The acts that did or may have done something: a refused or unsent one (`void`) does not count. */
export function effective(ledger: readonly Intent[]): Intent[] {
  return ledger.filter((intent) => intent.state !== 'void');
}

/** When an act was over, or when it began while it is still in flight. */
export function endOf(intent: Intent): number {
  return Math.max(intent.at, intent.endedAt ?? 0);
}

/** Whether an earlier act was about the plan's target or owner, successors of the same name included. */
export function isAbout(intent: Pick<Intent, 'target' | 'owner'>, plan: Pick<Plan, 'target' | 'owner'>): boolean {
  const keys = [resourceKey(plan.target), resourceKey(plan.owner)];
  return keys.includes(resourceKey(intent.target)) || keys.includes(resourceKey(intent.owner));
}
