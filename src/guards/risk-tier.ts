import { z } from 'zod';
import { defineGuard } from '../core/plugins.ts';
import { ask } from './grounds/objections.ts';

/** What is risky, cannot be taken back, or rests on something unproven is for a person to decide, in every mode. */
export const riskTier = defineGuard({
  name: 'risk-tier',
  options: z.strictObject({}),
  object({ unproven }, { kind, action }) {
    if (kind === 'undo') return [];
    const { tier, reversible } = action.impact;
    return [
      ...(tier === 'high' ? [ask(`the risk of ${action.name} is high${reversible ? '' : ', and it cannot be taken back'}`)] : []),
      ...(!reversible && tier === 'medium' ? [ask(`${action.name} cannot be taken back`)] : []),
      ...(unproven === undefined ? [] : [ask(unproven)]),
    ];
  },
});
