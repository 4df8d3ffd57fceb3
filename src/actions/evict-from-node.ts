import { z } from 'zod';
import type { Incident } from '../core/model/incident.ts';
import { conditionOf, isReady, type Node, type Pod, type Workload } from '../core/model/objects.ts';
import { ResourceRef, resourceKey, resourceName } from '../core/model/resource.ts';
import { defineAction, type Facts, type Proposal } from '../core/plugins.ts';
import { SCOPE_LABEL } from '../core/scope-label.ts';
import { type ClusterView, workloadOf } from '../core/view.ts';
import { evictionEffect } from './reckoning/eviction-effect.ts';
import { podsOf } from './reckoning/pods.ts';
import { copiesThatFit, copiesWithinQuotas } from './reckoning/room.ts';
import { fieldsOf } from './reckoning/template-json.ts';

/** The taints of a lost node; the admission plugin DefaultTolerationSeconds lets every pod bear them for 300 s that does not say otherwise. */
const LOST_TAINTS = ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready'];

/**
 * Asks the Eviction API to give up one pod of a Deployment on a node that is not ready, so that a fresh one serves elsewhere before Kubernetes
 * itself gives it up (300 s). A node that is only cut off runs the pod on beside the fresh one, which nobody can see from here: so a person is
 * asked, and no pod is proposed that must never run twice, or whose author has said how long it is to wait.
 */
export const evictFromNode = defineAction({
  name: 'evict-from-node',
  treats: ['node-failure'],
  impact: { scope: 'node', tier: 'medium', reversible: false, restorative: false },
  rbac: [{ apiGroup: '', resource: 'pods/eviction', verbs: ['create'] }],
  verify: { settleMs: 30_000, deadlineMs: 300_000 },
  input: z.strictObject({ pod: ResourceRef, node: z.string() }),
  async propose(incident, _cause, facts) {
    const { view } = facts;
    if (view.isBlindFor('Pod') || view.isBlindFor('Node')) return undefined;
    for (const stranded of strandedIn(incident, view)) {
      const proposal = await proposalFor(stranded, facts);
      if (proposal) return proposal;
    }
    return undefined;
  },
  preview({ pod, node }, { view }) {
    const effect = evictionEffect(view, pod);
    return { ...effect, notes: [...effect.notes, `it stays on Node ${node} as Terminating until the node is back or deleted`] };
  },
  write: ({ pod }) => ({ verb: 'evict', target: pod }),
});

/** A pod on a lost node, with the Deployment that would replace it. */
interface Stranded {
  readonly pod: Pod;
  readonly node: Node;
  readonly owner: Workload;
}

/** The pods of the subject that may be given up, and were not yet: those that are opted in first, then by how little of their workload serves. */
function strandedIn(incident: Incident, view: ClusterView): readonly Stranded[] {
  const lost = view.ofKind('Node').filter(isLost);
  const stranded = candidatesIn(incident, view).flatMap((pod) => {
    const node = lost.find(({ meta }) => meta.ref.name === pod.nodeName);
    const owner = workloadOf(view, pod.meta.ref);
    return node && owner && isReplaceable(pod, owner, view) && !wasTried(incident, pod) ? [{ pod, node, owner }] : [];
  });
  return stranded.sort(
    (a, b) =>
      Number(isOptedIn(b.pod, view)) - Number(isOptedIn(a.pod, view)) ||
      Number(a.pod.hasLocalStorage) - Number(b.pod.hasLocalStorage) ||
      readyShare(a.owner, view) - readyShare(b.owner, view) ||
      (a.pod.meta.ref.name < b.pod.meta.ref.name ? -1 : 1),
  );
}

function candidatesIn({ subject }: Incident, view: ClusterView): readonly Pod[] {
  if (subject.kind === 'Node') return view.ofKind('Pod').filter(({ nodeName }) => nodeName === subject.name);
  const owner = workloadOf(view, subject);
  return owner ? podsOf(view, owner.meta.ref) : [];
}

/** Not ready for whatever reason but a person's or its own: one that is cordoned or shuts down is in somebody's hands. */
function isLost(node: Node): boolean {
  const ready = conditionOf(node, 'Ready');
  const isInHands = node.isUnschedulable || node.meta.deletedAt !== undefined || /shutting down/i.test(ready?.message ?? '');
  return ready !== undefined && ready.status !== 'True' && !isInHands;
}

/** A pod that a Deployment replaces, that may run twice for a while (a claim is held by the lost node, Recreate forbids it), and for which there is room. */
function isReplaceable(pod: Pod, { kind, meta, strategy }: Workload, view: ClusterView): boolean {
  const isAtWork = pod.meta.deletedAt === undefined && (pod.phase === 'Running' || pod.phase === 'Pending') && !isReady(pod);
  const mayRunTwice = kind === 'Deployment' && strategy !== 'Recreate' && pod.claims.length === 0 && !pod.isStatic;
  return isAtWork && mayRunTwice && meta.deletedAt === undefined && copiesThatFit(pod, view) > 0 && copiesWithinQuotas(pod, view) > 0;
}

function wasTried({ attempts }: Incident, { meta }: Pod): boolean {
  return attempts.some(({ target }) => target === resourceKey(meta.ref));
}

function isOptedIn({ meta }: Pod, view: ClusterView): boolean {
  const namespace = view.ofKind('Namespace').find((one) => one.meta.ref.name === meta.ref.namespace);
  return (meta.labels[SCOPE_LABEL] ?? namespace?.meta.labels[SCOPE_LABEL]) === 'enabled';
}

function readyShare({ meta, replicas }: Workload, view: ClusterView): number {
  return podsOf(view, meta.ref).filter(isReady).length / Math.max(1, replicas);
}

/** Everything once more, live: the node may be back, the pod given up, and its template say how long it is to wait. */
async function proposalFor({ pod, node, owner }: Stranded, { cluster }: Facts): Promise<Proposal | undefined> {
  const [livePod, liveNode, liveOwner] = await Promise.all([pod, node, owner].map(({ meta }) => cluster.live(meta.ref)));
  if (livePod?.object.kind !== 'Pod' || liveNode?.object.kind !== 'Node' || liveOwner?.template === undefined) return undefined;
  const isGone = livePod.object.meta.deletedAt !== undefined || isReady(livePod.object) || livePod.object.nodeName !== node.meta.ref.name;
  if (isGone || !isLost(liveNode.object) || bearsLoss(liveOwner.template)) return undefined;
  const target = livePod.object.meta.ref;
  const name = node.meta.ref.name;
  return {
    target,
    specSeen: livePod.specSeen,
    summary: `evict ${resourceName(target)} from the lost Node ${name}`,
    input: { pod: target, node: name },
    unproven: `nobody can tell from here whether Node ${name} is dead or only cut off and runs the pod on; Kubernetes itself gives it up 300 s after the node was lost`,
  };
}

/** Whether the author of a template has said how its pods bear a lost node. */
function bearsLoss(template: Parameters<typeof fieldsOf>[0]): boolean {
  const { tolerations } = fieldsOf(fieldsOf(template).spec);
  return (
    Array.isArray(tolerations) &&
    tolerations.map(fieldsOf).some(({ key, effect }) => {
      const isOfLoss = key === undefined || key === '' || LOST_TAINTS.some((taint) => taint === key);
      return isOfLoss && (effect === undefined || effect === '' || effect === 'NoExecute');
    })
  );
}
