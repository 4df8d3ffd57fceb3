import type { Context } from '../context.ts';
import { digestOf } from '../digest.ts';
import { CoreError } from '../errors.ts';
import { type Incident, isEnded } from '../model/incident.ts';
import type { Intent } from '../model/intent.ts';
import { resourceName } from '../model/resource.ts';
import { intentAudit } from './act.ts';
import { driftOf } from './effect.ts';
import type { Course } from './perform.ts';
import { auditOf, end, moveTo, type Step } from './step.ts';

/** How often an undo is decided about anew, when only the status moved or a pause stands against it; then a person is told. */
const MAX_TRIES = 5;
const TRY_AGAIN_MS = 2_000;

/**
 * Prepares to take back the act of this incident: by the snapshot of its intent, and only while the fields that we wrote still hold
 * what we wrote. Drifted fields are somebody else's decision: refused, with the difference. Undefined while another process leads.
 */
export async function prepareUndo(incident: Incident, context: Context): Promise<Step | undefined> {
  const { store, cluster, clock, election, settings } = context;
  const epoch = election.epoch();
  if (epoch === undefined) return undefined;
  const act = incident.actionId === undefined ? undefined : await store.intent(incident.actionId);
  const worse = incident.reason === undefined ? '' : ` (${incident.reason})`;
  const live = act && (await cluster.live(act.target));
  const now = clock.now();
  if (!act?.undo) return end(incident, 'escalated', `${act?.action ?? 'the act'} cannot be undone${worse}`, now);
  if (!live) return end(incident, 'escalated', `not undone: ${resourceName(act.target)} is gone${worse}`, now);
  const drift = driftOf(act, live);
  if (drift.length > 0) return refuse(incident, drift, now);
  const intent: Intent = {
    ...act,
    actionId: digestOf(['undo', act.actionId, incident.version, epoch]).slice(0, 20),
    kind: 'undo',
    write: act.undo,
    undo: act.write,
    resourceVersion: live.object.meta.resourceVersion,
    specSeen: live.specSeen,
    epoch,
    at: now,
    deadline: now + settings.actDeadlineMs,
    sends: 0,
    unanswered: 0,
    state: 'open',
  };
  const { lastSentAt, endedAt, specAfter, note, ...fresh } = intent;
  const next: Incident = { ...incident, actionId: fresh.actionId, wakeAt: now };
  return { incident: next, intent: fresh, audit: [auditOf(next, 'undo', now, { undoes: act.actionId }), intentAudit(next, fresh)] };
}

function refuse(incident: Incident, drift: readonly string[], now: number): Step {
  const shown = drift.slice(0, 10).join('; ');
  return end(
    incident,
    'escalated',
    `not undone, because it has been changed since: ${shown}${drift.length > 10 ? ` (and ${drift.length - 10} more)` : ''}`,
    now,
  );
}

/** How an undo goes on: it always ends with a person being told. */
export const undoCourse: Course = {
  kind: 'undo',
  applied(incident, intent, now) {
    const attempts = incident.attempts.map((attempt, index, all) => (index === all.length - 1 ? { ...attempt, undone: true } : attempt));
    const undone = moveTo({ ...incident, attempts }, 'undone', now);
    return { incident: undone, intent, audit: [auditOf(undone, 'acted', now, { action: `undo ${intent.action}`, sends: intent.sends })] };
  },
  dropped(incident, intent, now) {
    const act = incident.attempts.at(-1)?.actionId;
    if (act === undefined || incident.redecisions >= MAX_TRIES) {
      return { ...end(incident, 'escalated', `not undone: ${intent.note ?? 'dropped'}`, now), intent };
    }
    const again = { actionId: act, redecisions: incident.redecisions + 1, wakeAt: now + TRY_AGAIN_MS };
    return {
      incident: moveTo(incident, 'undoing', now, again),
      intent,
      audit: [auditOf(incident, 'void', now, { why: intent.note ?? null })],
    };
  },
};

/** Asks for the last act of an incident to be taken back, by a person; the loop carries it out. Throws `not-allowed` when there is none to take back. */
export async function requestUndo(id: string, by: string, { store, clock }: Pick<Context, 'store' | 'clock'>): Promise<Incident> {
  const incident = await store.incident(id);
  if (!incident) throw new CoreError('not-found', `there is no incident ${id}; see \`kubemend incidents list\``);
  const last = incident.attempts.at(-1);
  if (!last || last.undone) throw new CoreError('not-allowed', `incident ${id} has no act that could be undone`);
  if (!isEnded(incident) && incident.phase !== 'acted')
    throw new CoreError('not-allowed', `incident ${id} is ${incident.phase}: wait until it has ended`);
  const now = clock.now();
  const { endedAt, ...open } = incident;
  const asked = moveTo(open, 'undoing', now, { actionId: last.actionId, reason: `${by} asked for the undo` });
  const audit = { ...auditOf(asked, 'undo', now, { asked: true, endedAt: endedAt ?? null }), actor: by };
  return (await store.commit({ incident: asked, audit: [audit] })) ?? asked;
}
