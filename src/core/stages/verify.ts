import type { Context } from '../context.ts';
import { type Incident, planOf } from '../model/incident.ts';
import type { Baseline, Outcome } from '../model/outcome.ts';
import type { ClusterView } from '../view.ts';
import { observe, patientOf, type Standing } from './observe.ts';
import { actionOf } from './plan.ts';
import { auditOf, end, moveTo, type Step } from './step.ts';

/** Peers that lose more than this share of their ready pods at the same time point to a common cause, not to our act. */
const PEER_DROP = 0.2;

/** What can be said now about an act: an outcome, or that it is too early. */
export type Judgement = { readonly is: Outcome; readonly why: string } | { readonly is: 'wait'; readonly quiet: boolean };

/**
 * Compares the subject with its baseline. Missing or unreadable data is never recovery. `isLast` says that there is no more time to wait.
 */
export function compare(before: Baseline, after: Standing, isLast: boolean): Judgement {
  const [firstUnknown] = after.unknown;
  if (firstUnknown !== undefined || after.readyPods === undefined || before.readyPods === undefined) {
    return isLast ? { is: 'inconclusive', why: firstUnknown ?? 'ready pods could not be counted' } : { is: 'wait', quiet: false };
  }
  if (after.readyPods < before.readyPods && !isWholeAgain(after)) return fewerReady(before, after, isLast);
  const isOld = (detector: string) => before.firing.includes(detector) || after.known?.includes(detector) === true;
  const remaining = after.firing.filter(isOld);
  const added = seenIn(after).filter((detector) => !isOld(detector));
  if (after.firing.length === 0 && isWholeAgain(after)) return { is: 'wait', quiet: true };
  if (!isLast) return { is: 'wait', quiet: false };
  if (remaining.length > 0) return { is: 'unchanged', why: `still ${remaining.join(', ')}` };
  if (added.length > 0) return { is: 'worse', why: `now ${added.join(', ')}` };
  if (after.firing.length > 0) return { is: 'inconclusive', why: `only ${after.firing.join(', ')} since the act` };
  return { is: 'inconclusive', why: `nothing fires, and ${after.readyPods} of ${after.wantedPods ?? '?'} pods are ready` };
}

/** What fires on our own evidence. */
function seenIn({ firing, hearsay = [] }: Standing): string[] {
  return firing.filter((detector) => !hearsay.includes(detector));
}

function isWholeAgain({ readyPods, wantedPods }: Standing): boolean {
  return readyPods !== undefined && wantedPods !== undefined && readyPods >= wantedPods;
}

/** Fewer ready pods than before is worse, unless the peers fell too; a rollout in motion gets until the deadline. */
function fewerReady(before: Baseline, after: Standing, isLast: boolean): Judgement {
  const common = before.peersReady !== undefined && after.peersReady !== undefined && before.peersReady - after.peersReady > PEER_DROP;
  if (common) return isLast ? { is: 'inconclusive', why: 'untouched peers fell too: a common cause' } : { is: 'wait', quiet: false };
  const isMoving = seenIn(after).length === 0;
  if (isMoving && !isLast) return { is: 'wait', quiet: false };
  return {
    is: 'worse',
    why: `${after.readyPods} pods ready, ${before.readyPods} before the act${after.firing.length > 0 ? `; now ${after.firing.join(', ')}` : ''}`,
  };
}

/** Judges an act on fresh data once it had time to settle; recovery must hold for a while. Undefined while it is too early. */
export function verify(
  incident: Incident,
  view: ClusterView,
  context: Pick<Context, 'detectors' | 'actions' | 'settings' | 'clock'>,
): Step | undefined {
  const now = context.clock.now();
  const { from, until } = verifyWindow(incident, context);
  if (now < from) return { incident: { ...incident, wakeAt: from }, audit: [] };
  const standing = withFreshness(observe(incident, view, context), incident.phaseAt, view);
  const judgement = compare(incident.baseline ?? { at: 0, firing: [] }, standing, now >= until);
  if (judgement.is !== 'wait') return conclude(incident, judgement.is, judgement.why, now);
  if (!judgement.quiet) return incident.quietSince === undefined ? undefined : { incident: notQuiet(incident), audit: [] };
  if (incident.quietSince === undefined) return { incident: { ...incident, quietSince: now }, audit: [] };
  return now - incident.quietSince >= context.settings.stableMs ? conclude(incident, 'recovered', 'quiet and ready', now) : undefined;
}

/** When the act may be judged and until when recovery is waited for: its action's figures, counted from the act. */
function verifyWindow(incident: Incident, { actions }: Pick<Context, 'actions'>): { readonly from: number; readonly until: number } {
  const { settleMs, deadlineMs } = actionOf(planOf(incident).action, actions).verify;
  return { from: incident.phaseAt + settleMs, until: incident.phaseAt + deadlineMs };
}

/** A view that the API server has not confirmed since the act says nothing about its effect. */
function withFreshness(standing: Standing, actedAt: number, view: ClusterView): Standing {
  const confirmedAt = view.at - (view.ageMs('Pod') ?? Number.POSITIVE_INFINITY);
  return confirmedAt >= actedAt ? standing : { ...standing, unknown: ['the view of pods is older than the act', ...standing.unknown] };
}

function conclude(incident: Incident, outcome: Outcome, why: string, now: number): Step {
  const attempts = incident.attempts.map((attempt) => (attempt.actionId === incident.actionId ? { ...attempt, outcome } : attempt));
  const judged = { ...incident, attempts };
  const audit = [auditOf(judged, 'verified', now, { outcome, why })];
  const step = next(judged, outcome, why, now);
  return { ...step, audit: [...audit, ...step.audit] };
}

function next(incident: Incident, outcome: Outcome, why: string, now: number): Step {
  switch (outcome) {
    case 'recovered':
      return patientOf(incident) === incident.subject ? end(incident, 'resolved', 'recovered', now) : lookAgain(incident, now);
    case 'worse':
      return { incident: moveTo(incident, 'undoing', now, { reason: why }), audit: [] };
    case 'unchanged':
      return lookAgain(incident, now);
    case 'inconclusive':
      return end(incident, 'escalated', `inconclusive after ${incident.plan?.action ?? 'the act'}: ${why}`, now);
  }
}

/** The act is over and the incident is not: it is diagnosed anew. */
function lookAgain(incident: Incident, now: number): Step {
  const { plan, preview, verdict, actionId, baseline, quietSince, ...rest } = incident;
  return { incident: moveTo({ ...rest, redecisions: 0 }, 'open', now), audit: [] };
}

/** The incident with its quiet spell forgotten: the symptom is back. */
export function notQuiet(incident: Incident): Incident {
  const { quietSince, ...rest } = incident;
  return rest;
}
