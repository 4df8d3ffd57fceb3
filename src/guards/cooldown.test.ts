import { intent } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled, offBy } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import type { Intent } from '../core/model/intent.ts';
import { cooldown } from './cooldown.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = (ms: number, changes: Partial<Intent> = {}) => intent({ at: NOON - ms, ...changes });
const other = { target: ref('Pod', 'pay-1'), owner: ref('Deployment', 'pay') };

guardTable(
  cooldown,
  {
    'allows the first act': { expect: [] },
    'denies soon after an act on the owner': {
      ledger: [ago(4 * MINUTE)],
      expect: [['deny', 'acted on it 4 min ago; 60 s to go', NOON + MINUTE]],
    },
    'allows exactly five minutes later': { ledger: [ago(5 * MINUTE)], expect: [] },
    'denies a millisecond before': { ledger: [ago(5 * MINUTE - 1)], expect: [['deny', '1 s to go', NOON + 1]] },
    'counts from the end of the act': {
      ledger: [ago(30 * MINUTE, { endedAt: NOON - MINUTE })],
      expect: [['deny', '4 min to go', NOON + 4 * MINUTE]],
    },
    'counts an act on the same target under another owner': {
      ledger: [ago(MINUTE, { target: ref('Pod', 'cart-6f-0', { uid: 'before' }), owner: other.owner })],
      expect: [['deny', 'acted on it 60 s ago; 4 min to go', NOON + 4 * MINUTE]],
    },
    'does not mind acts on others': { ledger: [ago(MINUTE, other)], expect: [] },
    'does not mind what was never sent': { ledger: [ago(MINUTE, { state: 'void' })], expect: [] },
    'rests after an undo too': { ledger: [ago(MINUTE, { kind: 'undo' })], expect: [['deny', '4 min to go', NOON + 4 * MINUTE]] },
    'rests twice as long after the second act': {
      ledger: [ago(HOUR), ago(9 * MINUTE)],
      expect: [['deny', 'acted on it 9 min ago; 60 s to go', NOON + MINUTE]],
    },
    'allows after the doubled rest': { ledger: [ago(HOUR), ago(10 * MINUTE)], expect: [] },
    'escalates after the third': {
      ledger: [ago(5 * HOUR), ago(4 * HOUR), ago(3 * HOUR)],
      expect: [['deny', /acted on it 3 times in 6 h.*escalate/]],
    },
    'forgets an act of exactly six hours ago': { ledger: [ago(6 * HOUR), ago(4 * HOUR), ago(3 * HOUR)], expect: [] },
    'does not count an undo as an act': { ledger: [ago(5 * HOUR), ago(4 * HOUR), ago(3 * HOUR, { kind: 'undo' })], expect: [] },
    'never rests longer than an hour': {
      options: { restMs: 40 * MINUTE },
      ledger: [ago(5 * HOUR), ago(59 * MINUTE)],
      expect: [['deny', '60 s to go', NOON + MINUTE]],
    },
    'does not rest less than the compiled-in floor': {
      options: { restMs: 0 },
      ledger: [ago(MINUTE - 1)],
      expect: [['deny', '1 s to go', NOON + 1]],
    },
    'does not allow more acts than the compiled-in ceiling': {
      options: { maxActs: 99 },
      ledger: [1, 2, 3, 4, 5].map((hours) => ago(hours * HOUR)),
      expect: [['deny', 'escalate']],
    },
    'lets an undo pass': { kind: 'undo', ledger: [ago(1)], expect: [] },
  },
  {
    'that forgets the past': misled(cooldown, (facts) => ({ ...facts, ledger: [] })),
    'that forgets its options': deafToOptions(cooldown),
    'that is a millisecond early': offBy(cooldown, 1),
    'that is a millisecond late': offBy(cooldown, -1),
    'that stops undo': blindToUndo(cooldown),
  },
);
