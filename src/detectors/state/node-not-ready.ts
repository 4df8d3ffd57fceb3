import { type Condition, conditionOf, type Node } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { duration, instant, oneLine } from '../signs/words.ts';

const LOST_MS = 60_000;
/** A node that joins takes minutes for its network; one that was cordoned is most likely being worked on. */
const JOINING_MS = 5 * 60_000;
const CORDONED_MS = 15 * 60_000;
/** Taints of autoscalers, Karpenter, spot and upgrade handlers: the node goes by intent. */
const planned =
  /^(ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler|karpenter\.sh\/disrupt|aws-node-termination-handler\/|cloud\.google\.com\/impending-node-termination|node\.cloudprovider\.kubernetes\.io\/shutdown)/;

/** Fires when a node's kubelet has not been ready for a minute (five on joining, 15 once cordoned). A planned disruption is no fault. */
export const nodeNotReady = defineStateDetector({
  name: 'node-not-ready',
  watches: ['Node'],
  needs: [],
  detect(node, { now }) {
    const ready = conditionOf(node, 'Ready');
    if (node.meta.deletedAt !== undefined || node.taints.some((taint) => planned.test(taint.key))) return quiet;
    if (!ready) return unknown('the kubelet has not reported the node yet');
    if (ready.status === 'True') return quiet;
    const since = ready.changedAt ?? node.meta.createdAt;
    const wait = waitMs(node, ready, since);
    if (now - since < wait) return unknown(`not ready since ${instant(since)}; judged after ${duration(wait)}`);
    const state = ready.status === 'Unknown' ? 'has not been heard of' : 'is not ready';
    const cordon = node.isUnschedulable ? ', cordoned' : '';
    const summary = `${resourceName(node.meta.ref)}${cordon} ${state} for ${duration(now - since)} (since ${instant(since)}), ${ready.reason ?? 'no reason given'}: ${oneLine(ready.message)}`;
    return firing(summary, ready.status === 'Unknown' ? 0.95 : 0.9, [evidenceOf(node)]);
  },
});

function waitMs(node: Node, ready: Condition, since: number): number {
  if (node.isUnschedulable) return CORDONED_MS;
  const hasNeverBeenReady = since - node.meta.createdAt < LOST_MS && ready.reason !== 'NodeStatusUnknown';
  return hasNeverBeenReady ? JOINING_MS : LOST_MS;
}
