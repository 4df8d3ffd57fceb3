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
    'lets an undo of high risk pass in auto': { kind: 'undo', mode: 'auto', impact: { tier: 'high' }, expect: [] },
    'denies an undo in observe': { kind: 'undo', mode: 'observe', expect: [['deny', 'the mode is observe']] },
    'denies an undo in suggest, which a dry run is': { kind: 'undo', mode: 'suggest', expect: [['deny', 'the mode is suggest']] },
  },
  {
    'that takes every mode for auto': misled(mode, (facts) => ({ ...facts, mode: 'auto' })),
    'that stops undo': blindToUndo(mode),
    'that lets every undo pass': {
      ...mode,
      bind: (options) => ({ name: 'mode', object: (plan, facts) => (facts.kind === 'undo' ? [] : mode.bind(options).object(plan, facts)) }),
    },
  },
);
