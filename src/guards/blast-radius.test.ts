import { deployed } from '../../test/fakes/deployed.ts';
import { evictPlan, preview, rollbackPlan, worldWith } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import { blastRadius } from './blast-radius.ts';

const SOON = NOON + 15_000;
const pods = (count: number) => Array.from({ length: count }, (_, index) => `cart-6f-${index}`);
const rollback = (count: number, beside = 0) => ({
  plan: rollbackPlan(),
  preview: preview({ affectedPods: pods(count) }),
  objects: worldWith(...deployed('cart', { replicas: count }), ...(beside > 0 ? deployed('pay', { replicas: beside }) : [])),
});

guardTable(
  blastRadius,
  {
    'allows one pod': { expect: [] },
    'allows exactly the limit': { ...rollback(25, 25), expect: [] },
    'denies one more': { ...rollback(26, 26), expect: [['deny', 'it touches 26 pods; 25 is the most']] },
    'counts what is in view when the preview names fewer': {
      ...rollback(26, 26),
      preview: preview({ affectedPods: [] }),
      expect: [['deny', 'it touches 26 pods']],
    },
    'counts what the preview names when fewer are in view': {
      ...rollback(3),
      preview: preview({ affectedPods: pods(26) }),
      expect: [['deny', 'it touches 26 pods']],
    },
    'counts a pod that is named twice once': { preview: preview({ affectedPods: ['cart-6f-0', 'cart-6f-0'] }), expect: [] },
    'denies an act on one pod that names none': {
      preview: preview({ affectedPods: [] }),
      expect: [['deny', 'evict is about one pod, and the preview names 0']],
    },
    'denies an act on one pod that names two': {
      preview: preview({ affectedPods: ['cart-6f-0', 'cart-6f-1'] }),
      expect: [['deny', 'the preview names 2']],
    },
    'denies when the target is not in view': { plan: evictPlan(ref('Pod', 'gone')), expect: [['deny', 'could not be counted', SOON]] },
    'denies while it cannot see pods': { ages: { Pod: undefined }, expect: [['deny', 'Pods are out of view', SOON]] },
    'allows exactly the share of a namespace': { ...rollback(10, 10), expect: [] },
    'asks above the share of a namespace': {
      ...rollback(11, 10),
      expect: [['ask', 'it touches 11 of 21 pods of the namespace of Deployment shop/cart, 53 %; above 50 % a person is asked']],
    },
    'does not ask for five pods': { ...rollback(5, 1), expect: [] },
    'asks for six': { ...rollback(6, 1), expect: [['ask', 'it touches 6 of 7 pods']] },
    'does not ask where the workload is alone in its namespace': { ...rollback(10), expect: [] },
    'can be stricter by option': { ...rollback(3), options: { maxPods: 2 }, expect: [['deny', '2 is the most']] },
    'does not go above the compiled-in ceiling': {
      ...rollback(101, 200),
      options: { maxPods: 1_000 },
      expect: [['deny', 'it touches 101 pods; 100 is the most']],
    },
    'lets an undo pass': { ...rollback(26), kind: 'undo', expect: [] },
  },
  {
    'that believes an old view': trustful(blastRadius),
    'that forgets its options': deafToOptions(blastRadius),
    'that believes an empty preview': misled(blastRadius, (facts) => ({ ...facts, preview: { ...facts.preview, affectedPods: ['one'] } })),
    'that stops undo': blindToUndo(blastRadius),
  },
);
