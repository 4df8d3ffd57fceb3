import { nodePlan, rollbackPlan, world, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { deafToOptions, guardTable, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import { deployment, namespace, node, pod } from '../../test/fakes/objects.ts';
import { scope } from './scope.ts';

const SOON = NOON + 15_000;
const closed = namespace('shop');
const optIn = { 'kubemend.dev/scope': 'enabled' };

guardTable(
  scope,
  {
    'allows what is in a namespace that is labelled': { expect: [] },
    'denies everything that was not opted in': { objects: worldWith(closed), expect: [['deny', 'namespace shop is not opted in']] },
    'allows what is in a listed namespace': { objects: worldWith(closed), options: { namespaces: ['shop'] }, expect: [] },
    'does not read another namespace in the list': {
      objects: worldWith(closed),
      options: { namespaces: ['shopping'] },
      expect: [['deny', 'not opted in']],
    },
    'allows a workload that is labelled itself': {
      objects: worldWith(closed, deployment('cart', { labels: optIn })),
      plan: rollbackPlan(),
      expect: [],
    },
    'allows the pod of a labelled workload': { objects: worldWith(closed, deployment('cart', { labels: optIn })), expect: [] },
    'does not take a misspelt label for a yes': {
      objects: worldWith(namespace('shop', { labels: { 'kubemend.dev/scope': 'Enabled' } })),
      expect: [['deny', 'not opted in']],
    },
    'lets a workload be taken out of a namespace that is in': {
      objects: worldWith(deployment('cart', { labels: { 'kubemend.dev/scope': 'disabled' } })),
      expect: [['deny', 'Deployment shop/cart is taken out by its label kubemend.dev/scope=disabled']],
    },
    'denies while the labels of namespaces are out of view': {
      ages: { Namespace: 135_001 },
      expect: [['deny', 'Namespaces are out of view: last confirmed 3 min ago', SOON]],
    },
    'believes labels that were confirmed just in time': { ages: { Namespace: 135_000 }, expect: [] },
    'denies when the namespace was never seen': {
      objects: worldWithout('Namespace'),
      ages: { Namespace: undefined },
      expect: [['deny', 'never listed', SOON]],
    },
    'denies while the labels of the workload are out of view': {
      ages: { Deployment: undefined },
      expect: [['deny', 'Deployments are out of view', SOON]],
    },
    'denies a node by default': { plan: nodePlan(), expect: [['deny', 'Node node-1 is not opted in']] },
    'allows nodes by option': { plan: nodePlan(), options: { nodes: true }, expect: [] },
    'allows a labelled node': { plan: nodePlan(), objects: worldWith(node('node-1', { labels: optIn })), expect: [] },
    'denies a labelled node that is out of view': {
      plan: nodePlan(),
      objects: worldWith(node('node-1', { labels: optIn })),
      ages: { Node: undefined },
      expect: [['deny', 'Nodes are out of view', SOON]],
    },
    'denies any other object of the whole cluster': {
      plan: rollbackPlan(ref('StorageClass', 'fast')),
      options: { nodes: true },
      expect: [['deny', 'StorageClass fast belongs to the whole cluster']],
    },
    'holds for an undo as well': { kind: 'undo', objects: worldWith(closed), plan: rollbackPlan(), expect: [['deny', 'not opted in']] },
    'allows the undo of what is in scope': { kind: 'undo', objects: world, plan: rollbackPlan(), expect: [] },
    'reads a pod that takes itself out': {
      objects: worldWith(pod('cart-6f-0', { labels: { 'kubemend.dev/scope': 'no' } })),
      expect: [['deny', 'Pod shop/cart-6f-0 is taken out']],
    },
  },
  { 'that believes an old view': trustful(scope), 'that forgets its options': deafToOptions(scope) },
);
