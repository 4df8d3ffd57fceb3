import type { AuditEntry } from '../model/audit.ts';
import { type Incident, isEnded, type Phase } from '../model/incident.ts';
import { resourceName } from '../model/resource.ts';
import type { Change } from '../ports.ts';

/** What a stage decided: rows to store together, or undefined when there is nothing to do but wait. */
export type Step = Change & { readonly incident: Incident };

/** The incident in its next phase; `patch` holds what the stage found out. */
export function moveTo(incident: Incident, phase: Phase, now: number, patch: Partial<Incident> = {}): Incident {
  const moved: Incident = { ...incident, wakeAt: now, ...patch, phase, phaseAt: now };
  return isEnded(moved) ? { ...moved, endedAt: now } : moved;
}

/** An audit entry about an incident, by kubemend itself. */
export function auditOf(incident: Incident, what: AuditEntry['what'], now: number, detail: Record<string, unknown>): AuditEntry {
  return {
    at: now,
    actor: 'kubemend',
    what,
    incidentId: incident.id,
    ...(incident.actionId !== undefined && { actionId: incident.actionId }),
    subject: resourceName(incident.subject),
    detail,
  };
}

/** Ends the incident for a stated reason. */
export function end(incident: Incident, how: 'resolved' | 'escalated' | 'expired', reason: string, now: number): Step {
  const ended = moveTo(incident, how, now, { reason });
  return { incident: ended, audit: [auditOf(ended, 'ended', now, { how, reason, outcome: incident.attempts.at(-1)?.outcome ?? null })] };
}

/** How often a decision may be taken anew because the object changed under it; then a person looks. */
const MAX_REDECISIONS = 5;

/** Throws the plan away and decides again from the present state: never a blind retry. */
export function decideAgain(incident: Incident, why: string, now: number): Step {
  if (incident.redecisions >= MAX_REDECISIONS) {
    return end(incident, 'escalated', `the object kept changing while it was decided about (${MAX_REDECISIONS} times; last: ${why})`, now);
  }
  const { plan, preview, verdict, actionId, ...rest } = incident;
  const fresh = moveTo({ ...rest, redecisions: rest.redecisions + 1 }, 'open', now);
  return { incident: fresh, audit: [auditOf(incident, 'void', now, { why, planHash: plan?.hash ?? null })] };
}

/** How long an incident may go without a remedy before a person is told: the clearest symptom is not always the first. */
const PATIENCE_MS = 2 * 60_000;
const LOOK_AGAIN_MS = 10_000;

/** Nothing can be done with what is known: looks again for a while, then tells a person. */
export function wonder(incident: Incident, reason: string, now: number): Step {
  if (now - incident.openedAt >= PATIENCE_MS) return end(incident, 'escalated', reason, now);
  return { incident: moveTo(incident, 'open', now, { wakeAt: now + LOOK_AGAIN_MS }), audit: [] };
}
