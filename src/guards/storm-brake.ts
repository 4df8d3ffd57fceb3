import { z } from 'zod';
import { conditionOf } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { type ResourceRef, resourceKey, resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { limit } from './grounds/limit.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';
import { nodeOf } from './grounds/reach.ts';
import { percent, span } from './grounds/span.ts';

const MAX_REPORT_AGE_MS = 60_000;
const COOLDOWN_MS = 5 * 60_000;
const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
const SYSTEM_NAMESPACE = 'kube-system';

/** How many of a failure domain are sick. */
interface Census {
  readonly sick: number;
  readonly all: number;
  readonly what: string;
}

/** When much is sick at once, the cause lies elsewhere or we are blind: stop. What restores a known good state passes. */
export const stormBrake = defineGuard({
  name: 'storm-brake',
  options: z.strictObject({
    /** Share of a failure domain that may be sick, 0 to 1; one may always be, unless that is all. */
    maxSickShare: limit({ standard: 0.2, ceiling: 0.5 }),
  }),
  object(plan, facts, { maxSickShare }) {
    const { impact } = facts.action;
    if (facts.kind === 'undo' || impact.restorative) return [];
    const census = plan.target.kind === 'Node' || impact.scope === 'node' ? nodesOfZone(plan, facts) : owners(facts);
    return 'decision' in census ? [census] : judge(census, maxSickShare, facts.now);
  },
});

function judge({ sick, all, what }: Census, maxSickShare: number, now: number): Objection[] {
  const most = Math.max(1, Math.floor(maxSickShare * all + 1e-9));
  if (sick >= all) return [deny(`all ${all} ${what} are sick: either the fault lies elsewhere or kubemend is blind`, now + COOLDOWN_MS)];
  return sick <= most
    ? []
    : [
        deny(
          `${sick} of ${all} ${what} are sick, ${percent(sick / all)}; ${most} is the most (${percent(maxSickShare)})`,
          now + COOLDOWN_MS,
        ),
      ];
}

/** Sick owners over all owners outside kube-system: all pods of one bad rollout are one. */
function owners(facts: GuardFacts): Census | Objection {
  const { sick, view, now } = facts;
  const [blind] = blindness(WORKLOAD_KINDS, facts);
  if (blind) return blind;
  if (!sick) return unknown('no detection cycle has said yet what is sick', facts);
  const ageMs = now - sick.at;
  if (ageMs > MAX_REPORT_AGE_MS)
    return unknown(`what is sick was last looked at ${span(ageMs)} ago; at most ${span(MAX_REPORT_AGE_MS)} is allowed`, facts);
  const keysOf = (refs: readonly ResourceRef[]) =>
    refs.filter(({ kind, namespace }) => kind !== 'Node' && namespace !== SYSTEM_NAMESPACE).map(resourceKey);
  const sickKeys = new Set(keysOf(sick.owners));
  const inView = WORKLOAD_KINDS.flatMap((kind) => view.ofKind(kind).filter(({ replicas }) => replicas > 0)).map(({ meta }) => meta.ref);
  return { sick: sickKeys.size, all: new Set([...keysOf(inView), ...sickKeys]).size, what: 'owners' };
}

/** Nodes that are not Ready over all nodes of the target's zone; those without a zone are one zone. */
function nodesOfZone({ target }: Plan, facts: GuardFacts): Census | Objection {
  const [blind] = blindness(['Node'], facts);
  if (blind) return blind;
  const node = nodeOf({ target }, facts.view);
  if (!node) return unknown(`${resourceName(target)} is no node in view, nor on one`, facts);
  const peers = facts.view.ofKind('Node').filter(({ zone }) => zone === node.zone);
  const sick = peers.filter((peer) => conditionOf(peer, 'Ready')?.status !== 'True').length;
  return { sick, all: peers.length, what: `nodes of ${node.zone ?? 'the nodes without a zone'}` };
}
