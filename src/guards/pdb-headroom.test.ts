import { evictPlan, rollbackPlan, worldWith } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, guardTable, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref, selector } from '../../test/fakes/object-meta.ts';
import { pod, podDisruptionBudget } from '../../test/fakes/objects.ts';
import { pdbHeadroom } from './pdb-headroom.ts';

const SOON = NOON + 15_000;
const LATER = NOON + 10_000;
const ready = evictPlan(ref('Pod', 'cart-6f-1'));
const budget = (changes: Parameters<typeof podDisruptionBudget>[1] = {}) => worldWith(podDisruptionBudget('cart', changes));
const { observedGeneration: _unseen, ...unreckoned } = podDisruptionBudget('cart');

guardTable(
  pdbHeadroom,
  {
    'allows without a budget': { plan: ready, expect: [] },
    'allows while the budget allows one': { plan: ready, objects: budget({ disruptionsAllowed: 1 }), expect: [] },
    'denies when the budget is spent': {
      plan: ready,
      objects: budget({ disruptionsAllowed: 0, currentHealthy: 2 }),
      expect: [['deny', 'cart allows no disruption: 2 pods are healthy and 2 must be', LATER]],
    },
    'denies while the budget is not reckoned up': {
      plan: ready,
      objects: budget({ generation: 2, observedGeneration: 1 }),
      expect: [['deny', 'not yet reckoned up (generation 2, seen 1)', LATER]],
    },
    'denies by two budgets, as the API server does': {
      plan: ready,
      objects: worldWith(podDisruptionBudget('one'), podDisruptionBudget('two')),
      expect: [['deny', '2 budgets cover the pod (one, two)']],
    },
    'heeds a budget over everything': {
      plan: ready,
      objects: budget({ selector: selector({}), disruptionsAllowed: 0 }),
      expect: [['deny', 'allows no disruption', LATER]],
    },
    'does not heed budgets over other pods': {
      plan: ready,
      objects: budget({ selector: selector({ app: 'pay' }), disruptionsAllowed: 0 }),
      expect: [],
    },
    'does not heed budgets of other namespaces': { plan: ready, objects: budget({ namespace: 'blog', disruptionsAllowed: 0 }), expect: [] },
    'lets an unready pod go while enough are healthy': {
      objects: budget({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 }),
      expect: [],
    },
    'keeps an unready pod while too few are healthy': {
      objects: budget({ disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 }),
      expect: [['deny', '1 pods are healthy and 2 must be', LATER]],
    },
    'keeps an unready pod where no healthy one is demanded and none allowed': {
      objects: budget({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0 }),
      expect: [['deny', 'allows no disruption', LATER]],
    },
    'lets an unready pod go by its policy, however old the budget': {
      objects: budget({ unhealthyPodEvictionPolicy: 'AlwaysAllow', disruptionsAllowed: 0, currentHealthy: 0, generation: 2 }),
      expect: [],
    },
    'does not apply that policy to a ready pod': {
      plan: ready,
      objects: budget({ unhealthyPodEvictionPolicy: 'AlwaysAllow', disruptionsAllowed: 0 }),
      expect: [['deny', 'allows no disruption', LATER]],
    },
    'checks nothing for a pending pod': {
      objects: worldWith(
        pod('cart-6f-0', { phase: 'Pending' }),
        podDisruptionBudget('one', { disruptionsAllowed: 0 }),
        podDisruptionBudget('two'),
      ),
      expect: [],
    },
    'checks nothing for a pod that has succeeded': {
      objects: worldWith(
        pod('cart-6f-0', { phase: 'Succeeded' }),
        podDisruptionBudget('cart', { disruptionsAllowed: 0, currentHealthy: 0 }),
      ),
      expect: [],
    },
    'checks nothing for a pod that has failed': {
      objects: worldWith(pod('cart-6f-0', { phase: 'Failed' }), podDisruptionBudget('cart', { disruptionsAllowed: 0, currentHealthy: 0 })),
      expect: [],
    },
    'checks nothing for a pod that is being deleted': {
      objects: worldWith(pod('cart-6f-0', { deletedAt: NOON }), podDisruptionBudget('cart', { disruptionsAllowed: 0, currentHealthy: 0 })),
      expect: [],
    },
    'lets an unready pod go while the one that must be is healthy': {
      objects: budget({ disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 }),
      expect: [],
    },
    'denies while nobody knows what the budget was reckoned for': {
      plan: ready,
      objects: worldWith(unreckoned),
      expect: [['deny', 'not yet reckoned up (generation 1, seen ?)', LATER]],
    },
    'checks a pod of unknown phase': {
      objects: worldWith(pod('cart-6f-0', { phase: 'Unknown' }), podDisruptionBudget('cart', { disruptionsAllowed: 0, currentHealthy: 1 })),
      expect: [['deny', 'allows no disruption', LATER]],
    },
    'denies while it cannot see budgets': {
      plan: ready,
      ages: { PodDisruptionBudget: undefined },
      expect: [['deny', 'PodDisruptionBudgets are out of view: never listed', SOON]],
    },
    'denies while it cannot see the pod': { plan: evictPlan(ref('Pod', 'gone')), expect: [['deny', 'Pod shop/gone is not in view', SOON]] },
    'concerns evictions only': { plan: rollbackPlan(), objects: budget({ disruptionsAllowed: 0 }), expect: [] },
    'lets an undo pass': { kind: 'undo', plan: ready, objects: budget({ disruptionsAllowed: 0 }), expect: [] },
  },
  { 'that believes an old view': trustful(pdbHeadroom), 'that stops undo': blindToUndo(pdbHeadroom) },
);
