import { evictPlan } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, guardTable, misled } from '../../test/fakes/guard-table.ts';
import { riskTier } from './risk-tier.ts';

guardTable(
  riskTier,
  {
    'allows low risk, reversible or not': { impact: { tier: 'low', reversible: false }, expect: [] },
    'allows medium risk that can be taken back': { impact: { tier: 'medium', reversible: true }, expect: [] },
    'asks for medium risk that cannot': {
      impact: { tier: 'medium', reversible: false },
      expect: [['ask', 'restart-pod cannot be taken back']],
    },
    'asks for high risk': { impact: { tier: 'high', reversible: true }, expect: [['ask', /^the risk of restart-pod is high$/]] },
    'says when high risk cannot be taken back': {
      impact: { tier: 'high', reversible: false },
      expect: [['ask', 'is high, and it cannot be taken back']],
    },
    'asks with the words of what is unproven': {
      plan: evictPlan(undefined, { unproven: 'nothing proves that revision 2 was healthy' }),
      expect: [['ask', /^nothing proves that revision 2 was healthy$/]],
    },
    'gives both reasons': {
      plan: evictPlan(undefined, { unproven: 'no proof' }),
      impact: { tier: 'high' },
      expect: [
        ['ask', 'high'],
        ['ask', 'no proof'],
      ],
    },
    'lets an undo pass': { kind: 'undo', impact: { tier: 'high' }, expect: [] },
  },
  {
    'that takes everything for reversible': misled(riskTier, (facts) => ({
      ...facts,
      action: { ...facts.action, impact: { ...facts.action.impact, reversible: true } },
    })),
    'that stops undo': blindToUndo(riskTier),
  },
);
