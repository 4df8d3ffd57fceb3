import type { Context } from '../context.ts';
import { digestOf } from '../digest.ts';
import type { AuditEntry } from '../model/audit.ts';
import { type Incident, planOf } from '../model/incident.ts';
import type { Intent } from '../model/intent.ts';
import { resourceKey } from '../model/resource.ts';
import type { LiveObject } from '../ports.ts';
import { viewOf } from '../view.ts';
import { inverseOf } from './effect.ts';
import { observe } from './observe.ts';
import type { Course } from './perform.ts';
import { auditOf, decideAgain, moveTo, type Step } from './step.ts';

/** A verdict older than this is asked for again before it becomes an intent. */
const VERDICT_MAX_AGE_MS = 5_000;

/**
 * Turns an allowed plan into a durable intent: live read, preconditions, evidence bundle, baseline, then one commit that holds the
 * incident, the intent and its audit row. Nothing is written to the cluster here. Undefined while another process leads.
 */
export async function act(incident: Incident, context: Context): Promise<Step | undefined> {
  const { clock, cluster, election } = context;
  const epoch = election.epoch();
  if (epoch === undefined) return undefined;
  if (clock.now() - incident.phaseAt > VERDICT_MAX_AGE_MS) return { incident: moveTo(incident, 'planned', clock.now()), audit: [] };
  const plan = planOf(incident);
  const live = await cluster.live(plan.target);
  const now = clock.now();
  if (!live || live.specSeen !== plan.specSeen) return decideAgain(incident, live ? 'its spec has changed' : 'it is gone', now);
  const view = viewOf(cluster, now);
  const { unknown, hearsay, known, ...baseline } = observe(incident, view, context);
  const intent = intentFor(incident, live, { epoch, now, deadline: now + context.settings.actDeadlineMs });
  await context.evidence.save(intent.actionId, { incident, signals: view.timelineOf(incident.subject).signals, live });
  const next = moveTo(incident, 'acting', now, { actionId: intent.actionId, baseline });
  return { incident: next, intent, audit: [intentAudit(next, intent, unknown)] };
}

interface When {
  readonly epoch: number;
  readonly now: number;
  readonly deadline: number;
}

function intentFor(incident: Incident, live: LiveObject, { epoch, now, deadline }: When): Intent {
  const { action, hash, treats, write, target, owner } = planOf(incident);
  const undo = inverseOf(write, live);
  const { verdict } = incident;
  const approvedBy = verdict?.decision === 'allow' ? verdict.approvedBy : undefined;
  const node = live.object.kind === 'Pod' ? live.object.nodeName : undefined;
  return {
    actionId: digestOf([incident.id, incident.version, hash, epoch]).slice(0, 20),
    kind: 'act',
    incidentId: incident.id,
    action,
    planHash: hash,
    treats,
    write,
    target,
    owner,
    resourceVersion: live.object.meta.resourceVersion,
    specSeen: live.specSeen,
    epoch,
    evidence: incident.findings.flatMap((finding) => finding.evidence),
    at: now,
    deadline,
    sends: 0,
    unanswered: 0,
    state: 'open',
    ...(undo && { undo }),
    ...(node !== undefined && { node }),
    ...(approvedBy !== undefined && { approvedBy }),
  };
}

/** The audit row of an intent: everything that a person needs to judge the act later. */
export function intentAudit(incident: Incident, intent: Intent, unknown: readonly string[] = []): AuditEntry {
  const { actionId, kind, action, planHash, target, write, epoch, resourceVersion, specSeen, approvedBy, deadline } = intent;
  return auditOf(incident, 'intent', intent.at, {
    actionId,
    kind,
    action,
    planHash,
    target: resourceKey(target),
    uid: target.uid ?? null,
    write: write.verb === 'replace-template' ? { verb: write.verb, template: digestOf(write.template) } : write,
    epoch,
    resourceVersion,
    specSeen,
    evidence: intent.evidence.map(({ id, at }) => ({ id, ageMs: intent.at - at })),
    approvedBy: approvedBy ?? null,
    deadline,
    unknown,
  });
}

/** How an act goes on: to verification, or back to a new decision. */
export const actCourse: Course = {
  kind: 'act',
  applied(incident, intent, now) {
    const { actionId, action, target, sends, note } = intent;
    const attempt = { actionId, action, target: resourceKey(target), at: now, undone: false };
    const next = moveTo(incident, 'acted', now, { attempts: [...incident.attempts, attempt] });
    return { incident: next, intent, audit: [auditOf(next, 'acted', now, { action, sends, note: note ?? null })] };
  },
  dropped(incident, intent, now) {
    return { ...decideAgain(incident, intent.note ?? 'dropped', now), intent };
  },
};
