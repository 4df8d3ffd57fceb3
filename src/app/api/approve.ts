import { CoreError } from '../../core/errors.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { Approval } from '../../core/model/verdict.ts';
import { requestUndo } from '../../core/stages/undo.ts';
import { answerIncident, type Operator } from '../operator.ts';

/** A person's answer to the plan that they saw. */
export interface PlanAnswer {
  readonly decision: Approval['decision'];
  /** The hash of the plan that was shown. */
  readonly planHash: string;
  readonly forMs?: number | undefined;
}

/** Stores the answer if the incident still asks about exactly this plan. Throws `conflict` for another plan, `not-allowed` when nothing is asked. */
export async function answerShownPlan(incident: Incident, answer: PlanAnswer, operator: Operator): Promise<Approval> {
  if (incident.plan && incident.plan.hash !== answer.planHash)
    throw new CoreError('conflict', `incident ${incident.id} now plans something else than what was answered`);
  return answerIncident(incident, answer.decision, operator, answer.forMs);
}

/** Asks for the undo of the act that was shown. Throws `conflict` when another act was the last one, or the incident moved on meanwhile, and `not-allowed`. */
export async function undoShownAct(incident: Incident, actionId: string, { store, clock, by }: Operator): Promise<Incident> {
  const last = incident.attempts.at(-1);
  if (last && last.actionId !== actionId)
    throw new CoreError('conflict', `the last act of incident ${incident.id} is ${last.actionId}, not the one that was to be undone`);
  // Decided on the incident as it was checked: the store refuses it if it has changed in between.
  return requestUndo(incident.id, by, { store: { ...store, incident: async () => incident }, clock });
}
