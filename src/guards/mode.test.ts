import { blindToUndo, guardTable, misled } from '../../test/fakes/guard-table.ts';
import { mode } from './mode.ts';

guardTable(
  mode,
  {
    'denies in observe': { mode: 'observe', expect: [['deny', 'the mode is observe']] },
    'denies in suggest': { mode: 'suggest', expect: [['deny', 'the mode is suggest']] },
    'asks in ask': { mode: 'ask', expect: [['ask', 'each act needs an approval']] },
    'allows low risk in auto': { mode: 'auto', impact: { tier: 'low' }, expect: [] },
    'allows medium risk in auto': { mode: 'auto', impact: { tier: 'medium' }, expect: [] },
    'asks for high risk in auto': { mode: 'auto', impact: { tier: 'high' }, expect: [['ask', 'the risk tier is high']] },
    'lets an undo pass in ask': { kind: 'undo', mode: 'ask', expect: [] },
  },
  {
    'that takes every mode for auto': misled(mode, (facts) => ({ ...facts, mode: 'auto' })),
    'that stops undo': blindToUndo(mode),
  },
);
