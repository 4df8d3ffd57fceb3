import { z } from 'zod';
import type { FieldManager, KubeObject } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { isSameResource, resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { autoscalersOf, decidersOn, fieldOf, gitOpsSign, rightSizerSign, scalerSign } from './grounds/field-owners.ts';
import { limit } from './grounds/limit.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';
import { resizedRequests } from './grounds/resized-requests.ts';
import { span, spanAgo } from './grounds/span.ts';

const OWNER_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'];
const MINUTE_MS = 60_000;

/** No field is written that somebody else decides about: an autoscaler, GitOps, another operator, or a person just now. */
export const ownerConflict = defineGuard({
  name: 'owner-conflict',
  options: z.strictObject({
    /** How long after somebody's edit of the same field kubemend stays away. */
    editQuietMs: limit({ standard: 10 * MINUTE_MS, floor: 2 * MINUTE_MS, ceiling: 24 * 60 * MINUTE_MS }),
  }),
  object(plan, facts, { editQuietMs }) {
    const parts = [...new Set([facts.view.get(plan.target), facts.view.get(plan.owner)])].filter((part) => part !== undefined);
    const seen = parts.map(({ kind }) => kind);
    const settled = [...gitOps(plan, parts), ...blindness(seen, facts)];
    if (facts.kind === 'undo') return [...(facts.view.get(plan.target) ? [] : [unseen(plan, facts)]), ...settled];
    return [...ownership(plan, facts), ...settled, ...autoscalers(plan, parts, facts), ...edits(plan, facts, editQuietMs)];
  },
});

function unseen({ target }: Plan, facts: GuardFacts): Objection {
  return unknown(`${resourceName(target)} is not in view, so nobody can tell who else decides about it`, facts);
}

function ownership(plan: Plan, { view, now }: GuardFacts): Objection[] {
  if (plan.target.kind === 'Node') return [];
  const ownership = view.ownerOf(plan.target);
  if (ownership.is === 'unknown') return [unknown(`nobody can tell who owns it: ${ownership.why}`, { now })];
  const { ref } = ownership.owner.meta;
  if (!OWNER_KINDS.includes(ref.kind))
    return [deny(`it belongs to ${resourceName(ref)}, and kubemend only looks at what belongs to a ${ref.kind}`)];
  return isSameResource(ref, plan.owner)
    ? []
    : [deny(`the plan names ${resourceName(plan.owner)} as the owner, and the cluster ${resourceName(ref)}`)];
}

function gitOps({ write }: Plan, parts: readonly KubeObject[]): Objection[] {
  if (write.verb === 'evict') return [];
  return parts.flatMap((part) => {
    const sign = gitOpsSign(part);
    return sign === undefined
      ? []
      : [deny(`${resourceName(part.meta.ref)} is kept by GitOps (${sign}): change it in the repository, it would be put back`)];
  });
}

function autoscalers(plan: Plan, parts: readonly KubeObject[], facts: GuardFacts): Objection[] {
  const { write, owner } = plan;
  if (write.verb === 'evict') return [];
  const fed = requestsWritten(plan, facts);
  const scaled = autoscalersOf(owner, facts.view).flatMap(({ meta, metrics }) => {
    if (write.verb === 'scale') return [deny(`${resourceName(meta.ref)} decides about its replicas`)];
    const metric = (metrics.length > 0 ? metrics : ['cpu']).find((name) => fed.includes(name));
    return metric === undefined ? [] : [deny(`${resourceName(meta.ref)} scales by the ${metric} requests that this would change`)];
  });
  const scaler = write.verb === 'scale' ? parts.map(scalerSign).find((sign) => sign !== undefined) : undefined;
  const sizer =
    fed.length > 0 ? [...parts, ...facts.view.ownedBy(owner)].map(rightSizerSign).find((sign) => sign !== undefined) : undefined;
  return [
    ...scaled,
    ...(scaler === undefined ? [] : [deny(`KEDA decides about its replicas (${scaler})`)]),
    ...(sizer === undefined ? [] : [deny(`a VerticalPodAutoscaler decides about its requests (${sizer})`)]),
    ...blindness(['HorizontalPodAutoscaler'], facts),
  ];
}

/** A template that restores a known state brings requests that the autoscalers have already worked with; any other may bring new ones. */
function requestsWritten({ write, target }: Plan, { action, view }: GuardFacts): string[] {
  if (write.verb === 'replace-template') return action.impact.restorative ? [] : ['cpu', 'memory'];
  return resizedRequests(write, view.get(target));
}

function edits(plan: Plan, facts: GuardFacts, quietMs: number): Objection[] {
  const field = fieldOf(plan.write.verb);
  const object = facts.view.get(plan.target);
  if (!field || !object) return [];
  if (object.meta.managers.length === 0) return [unknown('nobody can tell who wrote its fields last: it has no managedFields', facts)];
  const begun = Math.min(...facts.incident.findings.map(({ since }) => since));
  return decidersOn(object, field)
    .filter((edit) => !isBlamed(plan, edit, begun))
    .flatMap((edit) => recent(edit, field, quietMs, facts.now));
}

/** The very edit that is held to be the cause: of the template, before the symptom. A later one is somebody at work on it. */
function isBlamed({ treats, write }: Plan, { at }: FieldManager, begun: number): boolean {
  return treats === 'bad-rollout' && write.verb === 'replace-template' && at !== undefined && at <= begun;
}

function recent({ manager, at }: FieldManager, field: string, quietMs: number, now: number): Objection[] {
  if (at === undefined) return [unknown(`${manager} wrote its ${field}, and nobody can tell when`, { now })];
  const until = at + quietMs;
  return now >= until ? [] : [deny(`${manager} wrote its ${field} ${spanAgo(now - at)}; ${span(until - now)} to go`, until)];
}
