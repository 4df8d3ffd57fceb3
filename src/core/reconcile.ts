import type { Context } from './context.ts';
import { type Incident, isEnded } from './model/incident.ts';
import type { Facts } from './plugins.ts';
import { act, actCourse } from './stages/act.ts';
import { diagnose } from './stages/diagnose.ts';
import { guard } from './stages/guard.ts';
import { symptomOf } from './stages/observe.ts';
import { perform } from './stages/perform.ts';
import { plan } from './stages/plan.ts';
import { preview } from './stages/preview.ts';
import { end, moveTo, type Step } from './stages/step.ts';
import { prepareUndo, undoCourse } from './stages/undo.ts';
import { notQuiet, verify } from './stages/verify.ts';
import { type ClusterView, viewOf } from './view.ts';

/** What the worker should do next with this incident. */
export type Next = { readonly done: true } | { readonly done: false; readonly afterMs: number };

/** How soon to look again at an incident that waits for the world or for a person. */
const POLL_MS = 2_000;

/**
 * Moves one incident one phase further and stores it by compare-and-set. Level-triggered: everything is read anew, so a lost, doubled
 * or late wake-up does no harm, and a worker that crashed resumes where its last commit stands. Throws what the store or cluster throws.
 */
export async function reconcile(id: string, context: Context): Promise<Next> {
  const incident = await context.store.incident(id);
  if (!incident || isEnded(incident)) return { done: true };
  const now = context.clock.now();
  if (incident.wakeAt > now) return { done: false, afterMs: incident.wakeAt - now };
  const step = await nextStep(incident, viewOf(context.cluster, now), context);
  if (!step) return { done: false, afterMs: POLL_MS };
  const stored = (await context.store.commit(step)) ?? step.incident;
  return isEnded(stored) ? { done: true } : { done: false, afterMs: Math.max(0, stored.wakeAt - context.clock.now()) };
}

async function nextStep(incident: Incident, view: ClusterView, context: Context): Promise<Step | undefined> {
  const before = beforeActing(incident, view, context);
  if (before !== 'go on') return before;
  const facts: Facts = { now: view.at, view, cluster: context.cluster };
  switch (incident.phase) {
    case 'open':
      return view.at - incident.openedAt < context.settings.gatherMs ? undefined : diagnose(incident, facts, context);
    case 'diagnosed':
      return mayPlan(context) ? plan(incident, facts, context) : undefined;
    case 'planned':
      return preview(incident, facts, context);
    case 'previewed':
      return guard(incident, context);
    case 'asked':
      return answer(incident, context);
    case 'denied':
      return { incident: moveTo(incident, 'planned', view.at), audit: [] };
    case 'allowed':
      return act(incident, context);
    case 'acting':
      return perform(incident, actCourse, context);
    case 'acted':
      return verify(incident, view, context);
    case 'undoing':
      return undo(incident, context);
    case 'undone':
      return end(incident, 'escalated', `undone: ${incident.reason ?? 'the act made it worse'}`, view.at);
    case 'resolved':
    case 'escalated':
    case 'expired':
      return undefined;
  }
}

/** An observer stops at the diagnosis, and so does every process that does not lead, unless it only suggests: that never acts. */
function mayPlan({ settings, election }: Pick<Context, 'settings' | 'election'>): boolean {
  return settings.mode === 'suggest' || (settings.mode !== 'observe' && election.epoch() !== undefined);
}

/** Before anything was done, the symptom may go by itself, the subject may vanish, or patience may end. */
function beforeActing(incident: Incident, view: ClusterView, context: Context): Step | undefined | 'go on' {
  if (['acting', 'acted', 'undoing', 'undone'].includes(incident.phase)) return 'go on';
  if (!view.get(incident.subject) && !view.isBlindFor('Pod')) return end(incident, 'expired', 'the subject is gone', view.at);
  const symptom = symptomOf(incident, view, context);
  if (symptom === 'gone') return recovering(incident, view.at, context);
  if (view.at - incident.openedAt > context.settings.giveUpMs) return giveUp(incident, view.at);
  if (symptom === 'present' && incident.quietSince !== undefined) return { incident: notQuiet(incident), audit: [] };
  return 'go on';
}

function recovering(incident: Incident, now: number, { settings }: Pick<Context, 'settings'>): Step | undefined {
  if (incident.quietSince === undefined) return { incident: { ...incident, quietSince: now }, audit: [] };
  return now - incident.quietSince < settings.stableMs ? undefined : end(incident, 'resolved', 'self-recovered', now);
}

function giveUp(incident: Incident, now: number): Step {
  const { verdict } = incident;
  const why = verdict && verdict.decision !== 'allow' ? verdict.reasons.join('; ') : `it stayed ${incident.phase}`;
  return end(incident, 'escalated', `nothing was done in time: ${why}`, now);
}

/** A person's answer, or the end of waiting for one. */
async function answer(incident: Incident, { store, clock }: Pick<Context, 'store' | 'clock'>): Promise<Step | undefined> {
  const now = clock.now();
  const approval = incident.plan && (await store.approval(incident.plan.hash));
  if (approval?.decision === 'denied') return end(incident, 'escalated', `${approval.by} said no`, now);
  if (approval && approval.expiresAt > now) return { incident: moveTo(incident, 'planned', now), audit: [] };
  const until = incident.verdict?.decision === 'ask' ? incident.verdict.until : now;
  return now >= until ? end(incident, 'escalated', 'nobody answered the question in time', now) : undefined;
}

async function undo(incident: Incident, context: Context): Promise<Step | undefined> {
  const intent = incident.actionId === undefined ? undefined : await context.store.intent(incident.actionId);
  return intent?.kind === 'undo' ? perform(incident, undoCourse, context) : prepareUndo(incident, context);
}
