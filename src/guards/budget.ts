import { z } from 'zod';
import type { Intent } from '../core/model/intent.ts';
import type { Plan } from '../core/model/plan.ts';
import { type ResourceRef, resourceKey, resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { effective } from './grounds/ledger.ts';
import { limit } from './grounds/limit.ts';
import { deny, LOOK_AGAIN_MS } from './grounds/objections.ts';
import { span } from './grounds/span.ts';

const HOUR_MS = 60 * 60_000;

const options = z.strictObject({
  /** Acts begun per hour: in the cluster, in one namespace, on one node, and of one action. */
  clusterPerHour: limit({ standard: 10, ceiling: 60 }),
  namespacePerHour: limit({ standard: 6, ceiling: 30 }),
  nodePerHour: limit({ standard: 4, ceiling: 10 }),
  actionPerHour: limit({ standard: 10, ceiling: 60 }),
  /** Acts at the same time. */
  clusterInFlight: limit({ standard: 3, ceiling: 10 }),
  namespaceInFlight: limit({ standard: 2, ceiling: 5 }),
  nodeInFlight: limit({ standard: 1, ceiling: 3 }),
  ownerInFlight: limit({ standard: 1, ceiling: 1 }),
});
type Limits = z.output<typeof options>;

/** A part of the ledger that has its own limits; undefined where it has none. */
interface Purse {
  readonly name: string;
  readonly holds: (intent: Intent) => boolean;
  readonly perHour?: number;
  readonly inFlight?: number;
}

/** Acts are counted, out of the durable ledger: so many per hour, so many at once. Undo passes, and counts. */
export const budget = defineGuard({
  name: 'budget',
  options,
  object(plan, facts, limits) {
    if (facts.kind === 'undo') return [];
    const spent = effective(facts.ledger);
    return pursesOf(plan, facts, limits).flatMap((purse) => [...inFlight(purse, spent, facts.now), ...perHour(purse, spent, facts.now)]);
  },
});

function pursesOf(plan: Plan, { view }: GuardFacts, limits: Limits): Purse[] {
  const { target, owner, action } = plan;
  const pod = view.get(target);
  const node = target.kind === 'Node' ? target.name : pod?.kind === 'Pod' ? pod.nodeName : undefined;
  return [
    { name: 'in the cluster', holds: () => true, perHour: limits.clusterPerHour, inFlight: limits.clusterInFlight },
    { name: `of the action ${action}`, holds: (intent) => intent.action === action, perHour: limits.actionPerHour },
    { name: `on ${resourceName(owner)}`, holds: (intent) => isOn(intent, owner, target), inFlight: limits.ownerInFlight },
    ...(target.namespace === undefined
      ? []
      : [
          {
            name: `in the namespace ${target.namespace}`,
            holds: (intent: Intent) => intent.target.namespace === target.namespace,
            perHour: limits.namespacePerHour,
            inFlight: limits.namespaceInFlight,
          },
        ]),
    ...(node === undefined
      ? []
      : [
          {
            name: `on the node ${node}`,
            holds: (intent: Intent) => nodeOf(intent) === node,
            perHour: limits.nodePerHour,
            inFlight: limits.nodeInFlight,
          },
        ]),
  ];
}

function isOn(intent: Intent, owner: ResourceRef, target: ResourceRef): boolean {
  const keys = [resourceKey(owner), resourceKey(target)];
  return keys.includes(resourceKey(intent.owner)) || keys.includes(resourceKey(intent.target));
}

function nodeOf({ node, target }: Intent): string | undefined {
  return target.kind === 'Node' ? target.name : node;
}

function inFlight({ name, holds, inFlight: most }: Purse, spent: readonly Intent[], now: number): Objection[] {
  const open = spent.filter((intent) => intent.state === 'open' && holds(intent)).length;
  return most === undefined || open < most
    ? []
    : [deny(`${open} ${open === 1 ? 'act is' : 'acts are'} in flight ${name}; ${most} at once is the most`, now + LOOK_AGAIN_MS)];
}

function perHour({ name, holds, perHour: most }: Purse, spent: readonly Intent[], now: number): Objection[] {
  const begun = spent
    .filter((intent) => now - intent.at < HOUR_MS && holds(intent))
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  if (most === undefined || begun.length < most) return [];
  const frees = begun[begun.length - Math.max(1, most)];
  const reason = `${begun.length} acts ${name} within the hour; ${most} is the most`;
  if (most === 0 || frees === undefined) return [deny(reason)];
  return [deny(`${reason}, the next in ${span(frees + HOUR_MS - now)}`, frees + HOUR_MS)];
}
