import { deployed } from '../../test/fakes/deployed.ts';
import { evictPlan, preview, rollbackPlan, world, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, countingNought, deafToOptions, guardTable, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import { job } from '../../test/fakes/objects.ts';
import { readyReplicas } from './ready-replicas.ts';

const SOON = NOON + 15_000;
const taking = (readyPodsTaken: number, readyPodsNow: number) => ({ preview: preview({ readyPodsTaken, readyPodsNow }) });
const of = (replicas: number) => worldWith(...deployed('cart', { replicas }));
const uncounted = (known: 'readyPodsTaken' | 'readyPodsNow') => {
  const { readyPodsTaken, readyPodsNow, ...rest } = preview();
  return { preview: { ...rest, [known]: 2 } };
};

guardTable(
  readyReplicas,
  {
    'allows an act that takes no Ready pod': { ...taking(0, 2), expect: [] },
    'allows it even when none is Ready': { ...taking(0, 0), expect: [] },
    'never takes the one Ready replica': {
      ...taking(1, 1),
      objects: of(1),
      expect: [['deny', 'it takes 1 of 1 Ready pods and leaves 0; 1 must stay']],
    },
    'never takes the last Ready of several': { ...taking(1, 1), objects: world, expect: [['deny', 'leaves 0; 2 must stay (50 % of 3']] },
    'allows one of two': { ...taking(1, 2), objects: of(2), expect: [] },
    'allows what leaves exactly the share': { ...taking(5, 10), objects: of(10), expect: [] },
    'denies what leaves one less': { ...taking(6, 10), objects: of(10), expect: [['deny', 'leaves 4; 5 must stay']] },
    'counts the Ready pods in view when they are fewer': { ...taking(1, 3), expect: [['deny', 'it takes 1 of 2 Ready pods']] },
    'believes the preview when it counts fewer': {
      ...taking(1, 2),
      objects: of(4),
      expect: [['deny', 'it takes 1 of 2 Ready pods and leaves 1']],
    },
    'denies when the pods taken could not be counted': { ...uncounted('readyPodsNow'), expect: [['deny', 'could not be counted', SOON]] },
    'denies when the Ready pods could not be counted': { ...uncounted('readyPodsTaken'), expect: [['deny', 'could not be counted', SOON]] },
    'denies a number that is none': { ...taking(Number.NaN, 3), expect: [['deny', 'could not be counted', SOON]] },
    'denies a negative number': { ...taking(-1, 3), expect: [['deny', 'could not be counted', SOON]] },
    'denies while it cannot see pods': {
      ...taking(1, 3),
      ages: { Pod: undefined },
      objects: of(3),
      expect: [['deny', 'Pods are out of view', SOON]],
    },
    'denies when the owner is not in view': {
      ...taking(1, 3),
      objects: worldWithout('Deployment'),
      expect: [['deny', 'how many pods Deployment shop/cart wants', SOON]],
    },
    'denies for an owner whose wish it does not know': {
      ...taking(1, 3),
      plan: evictPlan(undefined, { owner: ref('Pod', 'cart-6f-1') }),
      expect: [['deny', 'how many pods Pod shop/cart-6f-1 wants', SOON]],
    },
    'never takes the one running pod of a Job': {
      ...taking(1, 1),
      plan: evictPlan(undefined, { owner: ref('Job', 'import') }),
      objects: worldWith(job('import')),
      expect: [['deny', 'it takes 1 of 0']],
    },
    'can be stricter by option': {
      ...taking(1, 4),
      objects: of(4),
      options: { minReadyShare: 1 },
      expect: [['deny', '4 must stay (100 % of 4']],
    },
    'does not go below the compiled-in floor': {
      ...taking(4, 5),
      objects: of(5),
      options: { minReadyShare: 0 },
      expect: [['deny', '2 must stay (25 % of 5']],
    },
    'holds for a rollback, restorative as it is': {
      ...taking(3, 3),
      plan: rollbackPlan(),
      impact: { restorative: true },
      objects: of(3),
      expect: [['deny', 'leaves 0']],
    },
    'lets an undo pass': { ...taking(1, 1), kind: 'undo', objects: of(1), expect: [] },
  },
  {
    'that takes an unknown number for nought': countingNought(readyReplicas),
    'that believes an old view': trustful(readyReplicas),
    'that forgets its options': deafToOptions(readyReplicas),
    'that stops undo': blindToUndo(readyReplicas),
  },
);
