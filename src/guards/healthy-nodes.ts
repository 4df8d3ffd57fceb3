import { z } from 'zod';
import { conditionOf, type Node } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { limit } from './grounds/limit.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';
import { nodeOf } from './grounds/reach.ts';
import { percent } from './grounds/span.ts';

/** The labels by which cloud providers and Karpenter name the pool of a node. */
const POOL_LABELS = [
  'karpenter.sh/nodepool',
  'cloud.google.com/gke-nodepool',
  'eks.amazonaws.com/nodegroup',
  'kubernetes.azure.com/agentpool',
  'node.kubernetes.io/instance-group',
];

/** Acts on nodes need a healthy majority and never take the last one of a pool; all others need a node that can take a pod. */
export const healthyNodes = defineGuard({
  name: 'healthy-nodes',
  options: z.strictObject({
    /** Share of all nodes that must be Ready after the act, 0 to 1; 51 % as in medik8s' node health check. */
    minHealthyShare: limit({ standard: 0.51, floor: 0.34, ceiling: 1 }),
  }),
  object(plan, facts, { minHealthyShare }) {
    if (facts.kind === 'undo') return [];
    const blind = blindness(['Node'], facts);
    if (blind.length > 0) return blind;
    const isAboutNode = plan.target.kind === 'Node' || facts.action.impact.scope === 'node';
    if (!isAboutNode)
      return facts.view.ofKind('Node').some(isUsable)
        ? []
        : [deny('no node is Ready and schedulable, so nothing that is taken away could come back')];
    return facts.action.impact.restorative ? [] : aboutNode(plan, facts, minHealthyShare);
  },
});

function aboutNode({ target }: Plan, facts: GuardFacts, minHealthyShare: number): Objection[] {
  const node = nodeOf({ target }, facts.view);
  if (!node) return [unknown(`${resourceName(target)} is no node in view, nor on one`, facts)];
  if (target.kind === 'Pod' && isHealthy(node)) return [deny(`Node ${node.meta.ref.name} is Ready, so its pods need not leave it`)];
  const nodes = facts.view.ofKind('Node');
  const others = nodes.filter((other) => other !== node);
  const healthy = others.filter(isHealthy).length;
  const share = healthy / nodes.length;
  const peers = others.filter((other) => poolOf(other) === poolOf(node));
  return [
    ...(share + 1e-9 >= minHealthyShare
      ? []
      : [deny(`it leaves ${healthy} of ${nodes.length} nodes healthy; ${percent(minHealthyShare)} must stay`)]),
    ...(isUsable(node) && !peers.some(isUsable)
      ? [deny(`it is the last Ready node of ${poolOf(node) ?? 'the nodes without a pool'}`)]
      : []),
  ];
}

function isHealthy(node: Node): boolean {
  return conditionOf(node, 'Ready')?.status === 'True';
}

function isUsable(node: Node): boolean {
  return isHealthy(node) && !node.isUnschedulable && node.meta.deletedAt === undefined;
}

function poolOf({ meta }: Node): string | undefined {
  const label = POOL_LABELS.find((candidate) => candidate in meta.labels);
  return label && `${label}=${meta.labels[label]}`;
}
