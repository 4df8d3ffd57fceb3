import { finding, incident, intent } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import type { Intent } from '../core/model/intent.ts';
import { selfCaused } from './self-caused.ts';

const MINUTE = 60_000;
const begun = NOON - MINUTE;
const now = { incident: incident({ findings: [finding({ since: NOON }), finding({ detector: 'first', since: begun })] }) };
const before = (ms: number, changes: Partial<Intent> = {}) => ({ ...now, ledger: [intent({ at: begun - ms, ...changes })] });

guardTable(
  selfCaused,
  {
    'allows when kubemend did nothing': { ...now, expect: [] },
    'denies a symptom soon after our own act': {
      ...before(3 * MINUTE),
      expect: [['deny', 'the symptom began 3 min after our own restart-pod on Pod shop/cart-6f-1']],
    },
    'denies at exactly ten minutes': { ...before(10 * MINUTE), expect: [['deny', 'began 10 min after']] },
    'allows a millisecond later': { ...before(10 * MINUTE + 1), expect: [] },
    'counts from the end of the act': { ...before(15 * MINUTE, { endedAt: begun - 9 * MINUTE }), expect: [['deny', 'began 15 min after']] },
    'denies a symptom in the same instant': { ...before(0), expect: [['deny', 'began 0 s after']] },
    'allows when the symptom was there first': { ...before(-1), expect: [] },
    'does not mind the acts of the same incident': { ...before(MINUTE, { incidentId: 'incident-now' }), expect: [] },
    'does not mind acts on others': { ...before(MINUTE, { target: ref('Pod', 'pay-1'), owner: ref('Deployment', 'pay') }), expect: [] },
    'does not mind what was never sent': { ...before(MINUTE, { state: 'void' }), expect: [] },
    'minds what may have been done': { ...before(MINUTE, { state: 'superseded' }), expect: [['deny', 'our own restart-pod']] },
    'minds an undo': { ...before(MINUTE, { kind: 'undo' }), expect: [['deny', 'our own restart-pod']] },
    'can look further back by option': {
      ...before(30 * MINUTE),
      options: { windowMs: 60 * MINUTE },
      expect: [['deny', 'began 30 min after']],
    },
    'does not go below the compiled-in floor': { ...before(2 * MINUTE), options: { windowMs: 0 }, expect: [['deny', 'began 2 min after']] },
    'lets an undo pass': { ...before(MINUTE), kind: 'undo', expect: [] },
  },
  {
    'that forgets the past': misled(selfCaused, (facts) => ({ ...facts, ledger: [] })),
    'that forgets its options': deafToOptions(selfCaused),
    'that blames the same incident': misled(selfCaused, (facts) => ({ ...facts, incident: { ...facts.incident, id: 'nobody' } })),
    'that stops undo': blindToUndo(selfCaused),
  },
);
