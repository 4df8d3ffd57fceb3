import { nodePlan, rollbackPlan, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { guardTable, misled, trustful } from '../../test/fakes/guard-table.ts';
import { NOON, ref } from '../../test/fakes/object-meta.ts';
import { configMap, deployment, namespace, node, pod } from '../../test/fakes/objects.ts';
import { resourceKey } from '../core/model/resource.ts';
import { pause } from './pause.ts';

const SOON = NOON + 15_000;
const paused = (scope: string) => ({ pauses: [{ scope, by: 'user:ann', at: NOON - 240_000, reason: 'release' }] });
const label = { 'kubemend.dev/pause': 'true' };

guardTable(
  pause,
  {
    'allows when nothing is paused': { expect: [] },
    'denies while the cluster is paused, and says by whom': {
      ...paused('cluster'),
      expect: [['deny', 'cluster was paused by user:ann 4 min ago (release)']],
    },
    'denies in a paused namespace': { ...paused('namespace:shop'), expect: [['deny', 'namespace:shop was paused']] },
    'allows beside a paused namespace': { ...paused('namespace:shopping'), expect: [] },
    'denies on a paused node': { ...paused('node:node-1'), expect: [['deny', 'node:node-1 was paused']] },
    'allows on another node': { ...paused('node:node-2'), expect: [] },
    'denies a rollout that has a pod on a paused node': {
      ...paused('node:node-2'),
      plan: rollbackPlan(),
      expect: [['deny', 'node:node-2']],
    },
    'denies an act on the paused node itself': { ...paused('node:node-1'), plan: nodePlan(), expect: [['deny', 'node:node-1']] },
    'denies on a paused workload and its pods': {
      ...paused(resourceKey(ref('Deployment', 'cart'))),
      expect: [['deny', 'default/apps/Deployment/shop/cart was paused']],
    },
    'says no more than it knows': {
      pauses: [{ scope: 'cluster', by: 'ann', at: NOON, reason: '' }],
      expect: [['deny', /^cluster was paused by ann 0 s ago$/]],
    },
    'denies on a paused node without pods': {
      ...paused('node:node-1'),
      plan: nodePlan(),
      objects: worldWithout('Pod'),
      expect: [['deny', 'node:node-1 was paused']],
    },
    'denies on a paused node that is not in view': {
      ...paused('node:node-1'),
      objects: worldWithout('Node'),
      expect: [
        ['deny', 'node:node-1 was paused'],
        ['deny', 'Node node-1 is not in view', SOON],
      ],
    },
    'denies a rollback that touches a paused pod': {
      ...paused(resourceKey(ref('Pod', 'cart-6f-2'))),
      plan: rollbackPlan(),
      expect: [['deny', 'cart-6f-2 was paused']],
    },
    'allows beside a paused workload': { ...paused(resourceKey(ref('Deployment', 'pay'))), expect: [] },
    'takes a pause that it cannot read for one of the cluster': {
      ...paused('nmespace:blog'),
      expect: [['deny', 'counts for the whole cluster']],
    },
    'denies while the pause ConfigMap stands in its own namespace': {
      objects: worldWith(configMap('kubemend-pause', { namespace: 'kubemend' })),
      expect: [['deny', 'the ConfigMap kubemend/kubemend-pause pauses the whole cluster']],
    },
    'does not heed such a ConfigMap elsewhere': { objects: worldWith(configMap('kubemend-pause', { namespace: 'shop' })), expect: [] },
    'denies while it cannot see ConfigMaps': { ages: { ConfigMap: undefined }, expect: [['deny', 'ConfigMaps are out of view', SOON]] },
    'denies by a label on the namespace': {
      objects: worldWith(namespace('shop', { labels: label })),
      expect: [['deny', 'Namespace shop is labelled']],
    },
    'denies by a label on the node': {
      objects: worldWith(node('node-1', { labels: label })),
      expect: [['deny', 'Node node-1 is labelled']],
    },
    'denies by a label on the workload': {
      objects: worldWith(deployment('cart', { labels: label })),
      expect: [['deny', 'Deployment shop/cart is labelled']],
    },
    'denies by a label on the pod': {
      objects: worldWith(pod('cart-6f-0', { labels: label })),
      expect: [['deny', 'Pod shop/cart-6f-0 is labelled']],
    },
    'takes an empty value for a pause': {
      objects: worldWith(node('node-1', { labels: { 'kubemend.dev/pause': '' } })),
      expect: [['deny', 'Node node-1']],
    },
    'takes false for no pause': { objects: worldWith(node('node-1', { labels: { 'kubemend.dev/pause': 'false' } })), expect: [] },
    'denies while labels of nodes are out of view': { ages: { Node: 135_001 }, expect: [['deny', 'Nodes are out of view', SOON]] },
    'denies while labels of namespaces are out of view': {
      ages: { Namespace: undefined },
      expect: [['deny', 'Namespaces are out of view', SOON]],
    },
    'denies when the node is not in view at all': { objects: worldWithout('Node'), expect: [['deny', 'Node node-1 is not in view', SOON]] },
    'needs no node for a pod that has none': {
      objects: worldWith(pod('cart-6f-0', { phase: 'Pending' })),
      ages: { Node: undefined },
      expect: [],
    },
    'stops an undo': { kind: 'undo', plan: rollbackPlan(), ...paused('cluster'), expect: [['deny', 'cluster was paused']] },
    'stops an undo by label': {
      kind: 'undo',
      plan: rollbackPlan(),
      objects: worldWith(namespace('shop', { labels: label })),
      expect: [['deny', 'Namespace shop']],
    },
    'allows an undo where nothing is paused': { kind: 'undo', plan: rollbackPlan(), expect: [] },
  },
  { 'that believes an old view': trustful(pause), 'that forgets commands': misled(pause, (facts) => ({ ...facts, pauses: [] })) },
);
