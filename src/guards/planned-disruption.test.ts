import { evictPlan, finding, incident, nodePlan, rollbackPlan, scalePlan, worldWith, worldWithout } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, guardTable, misled, trustful } from '../../test/fakes/guard-table.ts';
import { condition, NOON, ref } from '../../test/fakes/object-meta.ts';
import { daemonSet, deployment, node, pod, statefulSet } from '../../test/fakes/objects.ts';
import { plannedDisruption } from './planned-disruption.ts';

const SOON = NOON + 15_000;
const LATER = NOON + 60_000;
const tainted = (key: string) => worldWith(node('node-1', { taints: [{ key, effect: 'NoSchedule' }] }));
const cart = (options: Parameters<typeof deployment>[1]) => worldWith(deployment('cart', options));
const aboutNothing = { incident: incident({ findings: [finding({ subject: ref('Deployment', 'cart') })] }) };
const leaving = pod('cart-6f-0', { deletedAt: NOON });

guardTable(
  plannedDisruption,
  {
    'allows where nothing is planned': { expect: [] },
    'denies on a node that the autoscaler removes': {
      objects: tainted('ToBeDeletedByClusterAutoscaler'),
      expect: [['deny', 'Node node-1 goes away on purpose: taint ToBeDeletedByClusterAutoscaler', LATER]],
    },
    'denies on a node that Karpenter disrupts': {
      objects: tainted('karpenter.sh/disrupted'),
      expect: [['deny', 'taint karpenter.sh/disrupted', LATER]],
    },
    'denies on a spot node that is called back': {
      objects: tainted('aws-node-termination-handler/spot-itn'),
      expect: [['deny', 'spot-itn', LATER]],
    },
    'denies on a node that is being deleted': {
      objects: worldWith(node('node-1', { deletedAt: NOON })),
      expect: [['deny', 'it is being deleted', LATER]],
    },
    'does not mind other taints': { objects: tainted('gpu'), expect: [] },
    'does not mind a cordon alone': { objects: worldWith(node('node-1', { isUnschedulable: true })), expect: [] },
    'denies on a node that is cordoned while pods leave it': {
      objects: worldWith(node('node-1', { isUnschedulable: true }), pod('other', { deletedAt: NOON })),
      expect: [['deny', 'it is cordoned and being drained', LATER]],
    },
    'does not take pods that leave other nodes for a drain': {
      objects: worldWith(node('node-1', { isUnschedulable: true }), pod('other', { nodeName: 'node-2', deletedAt: NOON })),
      expect: [],
    },
    'denies a rollback when a pod that is sick sits on such a node': {
      plan: rollbackPlan(),
      objects: tainted('karpenter.sh/disrupted'),
      expect: [['deny', 'Node node-1 goes away', LATER]],
    },
    'allows a rollback when no pod that is sick does': {
      plan: rollbackPlan(),
      ...aboutNothing,
      objects: tainted('karpenter.sh/disrupted'),
      expect: [],
    },
    'denies on such a node itself': {
      plan: nodePlan(),
      objects: tainted('karpenter.sh/disrupted'),
      expect: [['deny', 'Node node-1 goes away', LATER]],
    },
    'denies while it cannot see nodes': { ages: { Node: undefined }, expect: [['deny', 'Nodes are out of view', SOON]] },
    'denies when the node is not in view': { objects: worldWithout('Node'), expect: [['deny', 'Node node-1 is not in view', SOON]] },
    'denies when the pod is not in view': { plan: evictPlan(ref('Pod', 'gone')), expect: [['deny', 'Pod shop/gone is not in view', SOON]] },
    'denies while it cannot see pods': { ages: { Pod: 135_001 }, expect: [['deny', 'Pods are out of view', SOON]] },
    'denies for a pod that is being deleted': {
      objects: worldWith(leaving),
      expect: [['deny', 'somebody is taking the pod away already', LATER]],
    },
    'denies for a pod that is being evicted or preempted': {
      objects: worldWith(pod('cart-6f-0', { conditions: [condition('DisruptionTarget', { reason: 'PreemptionByScheduler' })] })),
      expect: [['deny', 'somebody is taking the pod away already', LATER]],
    },
    'denies during a rolling update': {
      objects: cart({ updatedReplicas: 1 }),
      expect: [['deny', 'a rolling update of Deployment shop/cart is in progress: 1 of 3 replicas are updated', LATER]],
    },
    'denies until its controller has looked': {
      plan: scalePlan(),
      objects: cart({ generation: 2, observedGeneration: 1 }),
      expect: [['deny', 'has not looked at the newest spec yet', LATER]],
    },
    'denies while the rollout only waits for pods': {
      objects: cart({ conditions: [condition('Progressing', { reason: 'ReplicaSetUpdated' })] }),
      expect: [['deny', 'its condition says ReplicaSetUpdated', LATER]],
    },
    'denies during the update of a StatefulSet': {
      plan: evictPlan(undefined, { owner: ref('StatefulSet', 'db') }),
      objects: worldWith(statefulSet('db', { updatedReplicas: 2 })),
      expect: [['deny', '2 of 3 replicas are updated', LATER]],
    },
    'does not take OnDelete for an update in progress': {
      plan: evictPlan(undefined, { owner: ref('DaemonSet', 'agent') }),
      objects: worldWith(daemonSet('agent', { updatedReplicas: 0, strategy: 'OnDelete' })),
      expect: [],
    },
    'allows the rollback of the rollout that is to blame': { plan: rollbackPlan(), objects: cart({ updatedReplicas: 1 }), expect: [] },
    'allows a restorative template for another cause': {
      plan: rollbackPlan(undefined, { treats: 'image-unavailable' }),
      impact: { restorative: true },
      objects: cart({ updatedReplicas: 1 }),
      expect: [],
    },
    'denies while it cannot see the owner': { ages: { Deployment: undefined }, expect: [['deny', 'Deployments are out of view', SOON]] },
    'lets an undo pass': { kind: 'undo', objects: worldWith(leaving), expect: [] },
  },
  {
    'that believes an old view': trustful(plannedDisruption),
    'that looks at the target only': misled(plannedDisruption, (facts) => ({ ...facts, incident: { ...facts.incident, findings: [] } })),
    'that stops undo': blindToUndo(plannedDisruption),
  },
);
