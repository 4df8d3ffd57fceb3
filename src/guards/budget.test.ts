import { intent, nodePlan, rollbackPlan } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled, offBy } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import type { Intent } from '../core/model/intent.ts';
import { budget } from './budget.ts';

const SOON = NOON + 15_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** An act somewhere else: another namespace, owner, action. */
const elsewhere = (index: number, changes: Partial<Intent> = {}) =>
  intent({
    at: NOON - 30 * MINUTE + index,
    action: `action-${index}`,
    target: ref('Pod', `p${index}`, { namespace: `ns-${index}` }),
    owner: ref('Deployment', `d${index}`, { namespace: `ns-${index}` }),
    ...changes,
  });
const acts = (count: number, changes: Partial<Intent> = {}) => Array.from({ length: count }, (_, index) => elsewhere(index, changes));
const inShop = (count: number) => Array.from({ length: count }, (_, index) => elsewhere(index, { target: ref('Pod', `p${index}`) }));
const onNode = (count: number, changes: Partial<Intent> = {}) => acts(count, { node: 'node-1', ...changes });
const names = (count: number) => Array.from({ length: count }, (_, index) => `far-${index}`);
const open = { state: 'open' as const };

guardTable(
  budget,
  {
    'allows with an empty ledger': { expect: [] },
    'allows the tenth act of an hour': { ledger: acts(9), expect: [] },
    'denies the eleventh': {
      ledger: acts(10),
      expect: [['deny', '10 acts in the cluster within the hour; 10 is the most, the next in 30 min', NOON + 30 * MINUTE]],
    },
    'does not count an act of exactly an hour ago': { ledger: [...acts(9), elsewhere(9, { at: NOON - HOUR })], expect: [] },
    'counts one a millisecond younger': {
      ledger: [...acts(9), elsewhere(9, { at: NOON - HOUR + 1 })],
      expect: [['deny', 'the next in 1 s', NOON + 1]],
    },
    'says when enough of them are spent': { ledger: acts(12), expect: [['deny', '12 acts in the cluster', NOON + 30 * MINUTE + 2]] },
    'does not count what was never sent': { ledger: acts(10, { state: 'void' }), expect: [] },
    'counts what may have been done': {
      ledger: acts(10, { state: 'superseded' }),
      expect: [['deny', '10 acts in the cluster', NOON + 30 * MINUTE]],
    },
    'counts undos': { ledger: acts(10, { kind: 'undo' }), expect: [['deny', '10 acts in the cluster', NOON + 30 * MINUTE]] },
    'counts what lies in the future, for the clock went back': {
      ledger: acts(10, { at: NOON + 5 }),
      expect: [['deny', '10 acts in the cluster', NOON + HOUR + 5]],
    },
    'allows the sixth in a namespace': { ledger: inShop(5), expect: [] },
    'denies the seventh': { ledger: inShop(6), expect: [['deny', '6 acts in the namespace shop within the hour', NOON + 30 * MINUTE]] },
    'allows the fourth on a node': { ledger: onNode(3), expect: [] },
    'denies the fifth': { ledger: onNode(4), expect: [['deny', '4 acts on the node node-1 within the hour', NOON + 30 * MINUTE]] },
    'counts acts on the node itself as well': {
      plan: nodePlan(),
      ledger: Array.from({ length: 4 }, (_, index) => elsewhere(index, { target: ref('Node', 'node-1') })),
      expect: [['deny', '4 acts on the node node-1', NOON + 30 * MINUTE]],
    },
    'counts acts of one kind': {
      ledger: acts(3, { action: 'restart-pod' }),
      options: { actionPerHour: 3 },
      expect: [['deny', '3 acts of the action restart-pod within the hour', NOON + 30 * MINUTE]],
    },
    'allows the third in flight': { ledger: acts(2, open), expect: [] },
    'denies the fourth in flight': {
      ledger: acts(3, open),
      expect: [['deny', '3 acts are in flight in the cluster; 3 at once is the most', SOON]],
    },
    'denies a second on the same owner': {
      ledger: [intent({ ...open, at: NOON - MINUTE })],
      expect: [['deny', '1 act is in flight on Deployment shop/cart; 1 at once', SOON]],
    },
    'counts an act on the owner itself': {
      ledger: [elsewhere(1, { ...open, target: ref('Deployment', 'cart'), owner: ref('Deployment', 'cart') })],
      expect: [['deny', 'in flight on Deployment shop/cart', SOON]],
    },
    'denies a second on the same node': { ledger: onNode(1, open), expect: [['deny', '1 act is in flight on the node node-1', SOON]] },
    'does not bind a workload to a node': { plan: rollbackPlan(), ledger: onNode(1, open), expect: [] },
    'denies a third in the same namespace': {
      ledger: [0, 1].map((index) => elsewhere(index, { ...open, target: ref('Pod', `p${index}`) })),
      expect: [['deny', '2 acts are in flight in the namespace shop', SOON]],
    },
    'can be stricter by option': {
      options: { clusterPerHour: 1 },
      ledger: acts(1),
      expect: [['deny', '1 is the most', NOON + 30 * MINUTE]],
    },
    'can forbid all acts by option': {
      options: { clusterPerHour: 0 },
      expect: [['deny', '0 acts in the cluster within the hour; 0 is the most']],
    },
    'names no time when all acts are forbidden': {
      options: { clusterPerHour: 0 },
      ledger: acts(1),
      expect: [['deny', '1 acts in the cluster within the hour; 0 is the most']],
    },
    'does not take all nodes for one namespace': {
      plan: nodePlan(),
      ledger: names(8).map((name, index) => elsewhere(index, { target: ref('Node', name), owner: ref('Node', name) })),
      expect: [],
    },
    'does not take all workloads for one node': { plan: rollbackPlan(), ledger: acts(8), expect: [] },
    'does not go above the compiled-in ceiling': {
      options: { clusterPerHour: 1_000, actionPerHour: 1_000 },
      ledger: acts(60),
      expect: [['deny', '60 is the most', NOON + 30 * MINUTE]],
    },
    'never allows two in flight on one owner': {
      options: { ownerInFlight: 5 },
      ledger: [intent(open)],
      expect: [['deny', 'in flight on Deployment shop/cart', SOON]],
    },
    'lets an undo pass': { kind: 'undo', ledger: acts(60, open), expect: [] },
  },
  {
    'that counts in memory only': misled(budget, (facts) => ({ ...facts, ledger: [] })),
    'that forgets its options': deafToOptions(budget),
    'that counts what was never sent': misled(budget, (facts) => ({
      ...facts,
      ledger: facts.ledger.map((one) => ({ ...one, state: 'applied' as const })),
    })),
    'that is a millisecond early': offBy(budget, 1),
    'that is a millisecond late': offBy(budget, -1),
    'that stops undo': blindToUndo(budget),
  },
);
