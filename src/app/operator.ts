/** The operator's verbs, on the store of a state directory: what every entrance calls. The running controller sees them at its next turn. */
import { systemClock } from '../adapters/system/clock.ts';
import { CoreError } from '../core/errors.ts';
import type { Incident } from '../core/model/incident.ts';
import type { Approval } from '../core/model/verdict.ts';
import type { Clock, Store } from '../core/ports.ts';
import { auditOf } from '../core/stages/step.ts';
import type { Config } from './config.ts';
import { openStore } from './open-store.ts';

/** Who asks, where, and when. */
export interface Operator {
  readonly store: Store;
  readonly clock: Clock;
  /** `user:NAME`. */
  readonly by: string;
}

/** Opens the store of the configured state directory for one command and closes it afterwards. */
export async function asOperator<Answer>(config: Config, by: string, work: (operator: Operator) => Promise<Answer>): Promise<Answer> {
  const store = openStore(config, systemClock);
  try {
    return await work({ store, clock: systemClock, by });
  } finally {
    await store.close();
  }
}

/** The incident whose id begins with `id`. Throws `not-found` when none or several do. */
export async function findIncident(id: string, { store }: Pick<Operator, 'store'>): Promise<Incident> {
  const exact = await store.incident(id);
  if (exact) return exact;
  const alike = (await store.incidents({ since: 0 })).filter((incident) => incident.id.startsWith(id));
  const [only] = alike;
  if (only && alike.length === 1) return only;
  const hint = alike.length > 1 ? `it could be ${alike.map((incident) => incident.id).join(', ')}` : 'see `kubemend incidents list`';
  throw new CoreError('not-found', `no single incident has the id ${id}: ${hint}`);
}

/** Answers the question of the incident whose id begins so, bound to the plan as it stands. Throws `not-allowed` when nothing is asked. */
export async function answerPlan(id: string, decision: Approval['decision'], operator: Operator, forMs?: number): Promise<Approval> {
  return answerIncident(await findIncident(id, operator), decision, operator, forMs);
}

/** Answers the question of this incident, bound to the plan that it holds. Throws `not-allowed` when it asks nothing. */
export async function answerIncident(
  incident: Incident,
  decision: Approval['decision'],
  { store, clock, by }: Operator,
  forMs = 15 * 60_000,
): Promise<Approval> {
  if (incident.phase !== 'asked' || !incident.plan)
    throw new CoreError('not-allowed', `incident ${incident.id} is ${incident.phase}: it asks nothing now`);
  const now = clock.now();
  const approval: Approval = { incidentId: incident.id, planHash: incident.plan.hash, decision, by, at: now, expiresAt: now + forMs };
  const audit = {
    ...auditOf(incident, 'approval', now, {
      decision,
      planHash: approval.planHash,
      plan: incident.plan.summary,
      expiresAt: approval.expiresAt,
    }),
    actor: by,
  };
  await store.commit({ approval, audit: [audit] });
  return approval;
}

/** Presses the red button for a scope: `cluster`, `namespace:NAME` or `node:NAME`. */
export async function pause(scope: string, reason: string, { store, clock, by }: Operator): Promise<void> {
  const at = clock.now();
  await store.commit({ pause: { scope, by, at, reason }, audit: [{ at, actor: by, what: 'pause', detail: { scope, reason } }] });
}

/** Releases the red button of a scope. Throws `not-found` when it was not pressed. */
export async function resume(scope: string, { store, clock, by }: Operator): Promise<void> {
  const pressed = (await store.pauses()).some((one) => one.scope === scope);
  if (!pressed) throw new CoreError('not-found', `nothing is paused for ${scope}`);
  await store.commit({ resume: scope, audit: [{ at: clock.now(), actor: by, what: 'resume', detail: { scope } }] });
}
