import { intent } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled, offBy } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import type { Intent } from '../core/model/intent.ts';
import { repetition } from './repetition.ts';

const HOUR = 60 * 60_000;
const ago = (ms: number, changes: Partial<Intent> = {}) => ({ ledger: [intent({ at: NOON - ms, ...changes })] });

guardTable(
  repetition,
  {
    'allows what was never done': { expect: [] },
    'denies the same action on the same owner': {
      ...ago(3 * HOUR),
      expect: [['deny', 'already did this at 09:00 UTC (3 h ago, incident incident-before)']],
    },
    'denies to the last millisecond of a day': { ...ago(24 * HOUR - 1), expect: [['deny', 'already did this at 12:00 UTC (23 h ago']] },
    'allows exactly a day later': { ...ago(24 * HOUR), expect: [] },
    'allows another action': { ...ago(HOUR, { action: 'rollback-rollout' }), expect: [] },
    'allows another owner': { ...ago(HOUR, { owner: ref('Deployment', 'pay') }), expect: [] },
    'allows the same action against another cause': { ...ago(HOUR, { treats: 'application-crash' }), expect: [] },
    'leaves further tries of the same incident to the ladder': { ...ago(HOUR, { incidentId: 'incident-now' }), expect: [] },
    'does not mind what was never sent': { ...ago(HOUR, { state: 'void' }), expect: [] },
    'does not mind an undo': { ...ago(HOUR, { kind: 'undo' }), expect: [] },
    'names the latest of several': {
      ledger: [
        intent({ at: NOON - 5 * HOUR, incidentId: 'a' }),
        intent({ at: NOON - 2 * HOUR, incidentId: 'b' }),
        intent({ at: NOON - 4 * HOUR, incidentId: 'c' }),
      ],
      expect: [['deny', 'incident b']],
    },
    'can look less far back by option': { ...ago(2 * HOUR), options: { windowMs: 2 * HOUR }, expect: [] },
    'does not go below the compiled-in floor': { ...ago(HOUR - 1), options: { windowMs: 0 }, expect: [['deny', 'already did this']] },
    'lets an undo pass': { ...ago(HOUR), kind: 'undo', expect: [] },
  },
  {
    'that forgets the past': misled(repetition, (facts) => ({ ...facts, ledger: [] })),
    'that forgets its options': deafToOptions(repetition),
    'that is a millisecond early': offBy(repetition, 1),
    'that is a millisecond late': offBy(repetition, -1),
    'that stops undo': blindToUndo(repetition),
  },
);
