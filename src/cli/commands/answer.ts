import { answerPlan, findIncident } from '../../app/operator.ts';
import { requestUndo } from '../../core/stages/undo.ts';
import { print } from '../print.ts';
import { type Common, withOperator } from '../with-operator.ts';

/** `approve` and `deny`. */
export async function answer(common: Common, id: string, decision: 'approved' | 'denied'): Promise<void> {
  await withOperator(common, async (operator) => {
    const approval = await answerPlan(id, decision, operator);
    const { plan } = await findIncident(id, operator);
    print(
      common.output,
      approval,
      () =>
        `${decision}: ${plan?.summary ?? approval.planHash}\nThe running controller checks the plan against the live object once more before it acts.`,
    );
  });
}

/** `undo`. */
export async function undo(common: Common, id: string): Promise<void> {
  await withOperator(common, async (operator) => {
    const found = await findIncident(id, operator);
    const incident = await requestUndo(found.id, operator.by, operator);
    print(
      common.output,
      incident,
      () =>
        `undo asked for: ${incident.plan?.summary ?? incident.id}\nThe running controller carries it out, unless the object was changed since.`,
    );
  });
}
