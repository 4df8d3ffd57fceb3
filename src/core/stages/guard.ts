import type { Context } from '../context.ts';
import { type Incident, planOf } from '../model/incident.ts';
import type { Plan } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { BoundGuard, GuardFacts, Objection } from '../plugins.ts';
import { type ClusterView, viewOf } from '../view.ts';
import { actionOf } from './plan.ts';
import { auditOf, end, moveTo, type Step } from './step.ts';

const DAY_MS = 24 * 60 * 60_000;
/** When a denial that names no time is looked at again. */
const RETRY_MS = 30_000;

type Judge = Pick<Context, 'guards' | 'actions' | 'clock' | 'store' | 'cluster' | 'settings' | 'sick'>;

/** Asks every guard about the previewed plan and moves to allowed, asked or denied. */
export async function guard(incident: Incident, context: Judge): Promise<Step> {
  const verdict = await judge(incident, 'act', context);
  const now = context.clock.now();
  if (verdict.decision === 'allow') return { incident: moveTo(incident, 'allowed', now, { verdict }), audit: [] };
  if (verdict.decision === 'ask') return asked(incident, verdict, now);
  if (verdict.retryAt === undefined) return end({ ...incident, verdict }, 'escalated', verdict.reasons.join('; '), now);
  return denied(incident, verdict, now);
}

function asked(incident: Incident, verdict: Verdict & { decision: 'ask' }, now: number): Step {
  const next = moveTo(incident, 'asked', now, { verdict });
  return {
    incident: next,
    audit: [auditOf(next, 'asked', now, { reasons: verdict.reasons, until: verdict.until, planHash: planOf(incident).hash })],
  };
}

/** Stores a denial; the same denial again is not written into the audit chain again. */
function denied(incident: Incident, verdict: Verdict & { decision: 'deny' }, now: number): Step {
  const isRepeated = incident.verdict?.decision === 'deny' && guardNames(incident.verdict.reasons) === guardNames(verdict.reasons);
  const next = moveTo(incident, 'denied', now, { verdict, wakeAt: verdict.retryAt ?? now + RETRY_MS });
  return {
    incident: next,
    audit: isRepeated ? [] : [auditOf(next, 'denied', now, { reasons: verdict.reasons, planHash: planOf(incident).hash })],
  };
}

function guardNames(reasons: readonly string[]): string {
  return reasons.map((reason) => reason.split(':', 1)[0]).join(' ');
}

/**
 * What all guards together say now. Fails closed: a guard that breaks objects, a question without an approval of exactly this plan
 * stays a question, and a denial stands against any approval. Acts of this incident that are still open are not counted against it.
 */
export async function judge(incident: Incident, kind: GuardFacts['kind'], context: Judge): Promise<Verdict> {
  const plan = planOf(incident);
  const facts = await gather(incident, kind, context);
  const objections = context.guards.flatMap((one) => objectionsOf(one, plan, facts));
  const denials = objections.filter((objection) => objection.decision === 'deny');
  const reasons = objections.map((objection) => objection.reason);
  if (denials.length > 0) return { decision: 'deny', reasons, retryAt: retryAt(denials, facts.now) };
  if (objections.length === 0 || kind === 'undo') return { decision: 'allow' };
  const approval = await context.store.approval(plan.hash);
  if (approval?.decision === 'denied') return { decision: 'deny', reasons: [`approval: ${approval.by} said no`, ...reasons] };
  if (approval && approval.expiresAt > facts.now) return { decision: 'allow', approvedBy: approval.by };
  return { decision: 'ask', reasons, until: facts.now + context.settings.approvalMs };
}

async function gather(incident: Incident, kind: GuardFacts['kind'], context: Judge): Promise<GuardFacts> {
  const now = context.clock.now();
  const plan = planOf(incident);
  const view: ClusterView = viewOf(context.cluster, now);
  const ledger = (await context.store.ledger(now - DAY_MS)).filter(
    (intent) => !(intent.incidentId === incident.id && intent.state === 'open'),
  );
  return {
    kind,
    ownNamespace: context.settings.ownNamespace,
    incident,
    action: actionOf(plan.action, context.actions),
    preview: incident.preview ?? { dryRun: { answer: 'unknown', why: 'no preview was made' }, affectedPods: [], notes: [], at: 0 },
    now,
    mode: context.settings.mode,
    view,
    ledger,
    pauses: await context.store.pauses(),
    sick: context.sick(),
  };
}

function objectionsOf(one: BoundGuard, plan: Plan, facts: GuardFacts): readonly Objection[] {
  try {
    return one.object(plan, facts).map((objection) => ({ ...objection, reason: `${one.name}: ${objection.reason}` }));
  } catch (error) {
    return [{ decision: 'deny', reason: `${one.name}: could not decide (${String(error)})`, retryAt: facts.now + RETRY_MS }];
  }
}

/** The latest of the times at which each denial may have passed; a denial without one is looked at again all the same. */
function retryAt(denials: readonly Objection[], now: number): number {
  return Math.max(...denials.map((denial) => denial.retryAt ?? now + RETRY_MS));
}
