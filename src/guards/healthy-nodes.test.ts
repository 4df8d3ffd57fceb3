import { evictPlan, nodePlan, rollbackPlan, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, trustful } from '../../test/fakes/guard-table.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { node } from '../../test/fakes/objects.ts';
import { healthyNodes } from './healthy-nodes.ts';

const SOON = NOON + 15_000;
/** Nodes node-1 … node-n of which the first `sick` are not Ready. */
const nodes = (count: number, sick = 0) => Array.from({ length: count }, (_, index) => node(`node-${index + 1}`, { ready: index >= sick }));
const with_ = (...some: ReturnType<typeof node>[]) => [...worldWithout('Node'), ...some];

guardTable(
  healthyNodes,
  {
    'allows a pod act while a node can take pods': { expect: [] },
    'allows it on one node of many sick ones': { objects: with_(...nodes(3, 2)), expect: [] },
    'denies a pod act when no node is Ready': { objects: with_(...nodes(3, 3)), expect: [['deny', 'no node is Ready and schedulable']] },
    'denies a pod act when all Ready nodes are cordoned': {
      objects: with_(node('node-1', { isUnschedulable: true })),
      expect: [['deny', 'no node is Ready and schedulable']],
    },
    'denies when there is no node at all': { objects: worldWithout('Node'), expect: [['deny', 'no node is Ready']] },
    'takes a node of unknown state for sick': {
      objects: with_(node('node-1', { conditions: [] })),
      expect: [['deny', 'no node is Ready']],
    },
    'denies while it cannot see nodes': { ages: { Node: undefined }, expect: [['deny', 'Nodes are out of view', SOON]] },
    'allows a node act that leaves exactly the share': { plan: nodePlan(), objects: with_(...nodes(100, 49)), expect: [] },
    'denies a node act that leaves one less': {
      plan: nodePlan(),
      objects: with_(...nodes(100, 50)),
      expect: [['deny', 'it leaves 50 of 100 nodes healthy; 51 % must stay']],
    },
    'counts a healthy target as taken': {
      plan: nodePlan(),
      objects: with_(node('node-1'), node('node-2')),
      expect: [['deny', 'it leaves 1 of 2 nodes healthy']],
    },
    'never takes the last Ready node of a pool': {
      plan: nodePlan(),
      objects: with_(node('node-1', { labels: { 'karpenter.sh/nodepool': 'gpu' } }), node('node-2'), node('node-3')),
      expect: [['deny', 'it is the last Ready node of karpenter.sh/nodepool=gpu']],
    },
    'may take a sick node of a pool without others': {
      plan: nodePlan(),
      objects: with_(node('node-1', { ready: false, labels: { 'karpenter.sh/nodepool': 'gpu' } }), node('node-2'), node('node-3')),
      expect: [],
    },
    'lets a restorative node act pass': {
      plan: nodePlan(),
      impact: { scope: 'node', restorative: true },
      objects: with_(...nodes(3, 3)),
      expect: [],
    },
    'takes a pod that is to leave its lost node for an act on the node': {
      plan: evictPlan(),
      impact: { scope: 'node' },
      objects: worldWith(node('node-1', { ready: false }), node('node-2', { ready: false })),
      expect: [['deny', 'it leaves 1 of 3 nodes healthy; 51 % must stay']],
    },
    'allows it where most nodes are healthy': {
      plan: evictPlan(),
      impact: { scope: 'node' },
      objects: worldWith(node('node-1', { ready: false })),
      expect: [],
    },
    'denies it once the node is back': {
      plan: evictPlan(),
      impact: { scope: 'node' },
      expect: [['deny', 'Node node-1 is Ready, so its pods need not leave it']],
    },
    'denies an act of node scope on something else': {
      plan: rollbackPlan(),
      impact: { scope: 'node' },
      expect: [['deny', 'is no node in view', SOON]],
    },
    'can be stricter by option': { plan: nodePlan(), options: { minHealthyShare: 0.9 }, expect: [['deny', '90 % must stay']] },
    'does not go below the compiled-in floor': {
      plan: nodePlan(),
      options: { minHealthyShare: 0 },
      objects: with_(...nodes(3, 3)),
      expect: [['deny', '34 % must stay']],
    },
    'lets an undo pass': { kind: 'undo', objects: worldWithout('Node'), expect: [] },
  },
  {
    'that believes an old view': trustful(healthyNodes),
    'that forgets its options': deafToOptions(healthyNodes),
    'that stops undo': blindToUndo(healthyNodes),
  },
);
