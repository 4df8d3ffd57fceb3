import { z } from 'zod';
import { isReady, type KubeObject } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { limit } from './grounds/limit.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';
import { podsOf } from './grounds/reach.ts';
import { percent } from './grounds/span.ts';

/** An act never takes the last Ready replica, and leaves a share of those that are wanted. */
export const readyReplicas = defineGuard({
  name: 'ready-replicas',
  options: z.strictObject({
    /** Share of the wanted replicas that must stay Ready, 0 to 1. */
    minReadyShare: limit({ standard: 0.5, floor: 0.25, ceiling: 1 }),
  }),
  object(plan, facts, { minReadyShare }) {
    if (facts.kind === 'undo') return [];
    const { readyPodsTaken: taken, readyPodsNow: counted } = facts.preview;
    if (!isCount(taken) || !isCount(counted)) return [unknown('the Ready pods that it takes could not be counted', facts)];
    if (taken === 0) return [];
    return left(plan, facts, { taken, counted, minReadyShare });
  },
});

function left(
  plan: Plan,
  facts: GuardFacts,
  { taken, counted, minReadyShare }: Readonly<Record<'taken' | 'counted' | 'minReadyShare', number>>,
): Objection[] {
  const blind = blindness(['Pod'], facts);
  if (blind.length > 0) return blind;
  const owner = facts.view.get(plan.owner);
  const wanted = owner && wantedPods(owner, facts);
  if (!owner || !isCount(wanted)) return [unknown(`nobody can tell how many pods ${resourceName(plan.owner)} wants`, facts)];
  const now = Math.min(counted, podsOf(owner, facts.view).filter(isReady).length);
  const least = Math.max(1, Math.ceil(minReadyShare * wanted - 1e-9));
  if (now - taken >= least) return [];
  return [
    deny(
      `it takes ${taken} of ${now} Ready pods and leaves ${Math.max(0, now - taken)}; ${least} must stay (${percent(minReadyShare)} of ${wanted}, and never less than one)`,
    ),
  ];
}

/** What the owner asks for; on a node every pod that runs there counts as wanted. */
function wantedPods(owner: KubeObject, { view }: GuardFacts): number | undefined {
  switch (owner.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return owner.replicas;
    case 'Job':
      return owner.active;
    case 'Node':
      return podsOf(owner, view).length;
    default:
      return undefined;
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}
