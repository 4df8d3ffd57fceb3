import { z } from 'zod';
import { conditionOf, isWorkload, type Node, type Pod, type Workload } from '../core/model/objects.ts';
import type { Plan } from '../core/model/plan.ts';
import { resourceName } from '../core/model/resource.ts';
import { defineGuard, type GuardFacts, type Objection } from '../core/plugins.ts';
import { blindness, deny, unknown } from './grounds/objections.ts';

/** A drain, a scale-down and a rollout take minutes. */
const RETRY_MS = 60_000;
/** The taints by which autoscalers, spot markets and upgrades announce that a node goes away. */
const DISRUPTION_TAINTS = [
  'ToBeDeletedByClusterAutoscaler',
  'DeletionCandidateOfClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'cloud.google.com/impending-node-termination',
  'node.cloudprovider.kubernetes.io/shutdown',
  'node.kubernetes.io/out-of-service',
];
const DISRUPTION_TAINT_PREFIX = 'aws-node-termination-handler/';
const ROLLING_REASONS = ['ReplicaSetUpdated', 'NewReplicaSetCreated', 'FoundNewReplicaSet'];

/** What somebody is doing on purpose is no fault: a drain, an autoscaler, a spot market, an upgrade, a rolling update. */
export const plannedDisruption = defineGuard({
  name: 'planned-disruption',
  options: z.strictObject({}),
  object(plan, facts) {
    if (facts.kind === 'undo') return [];
    return [...onNodes(plan, facts), ...onPod(plan, facts), ...inRollout(plan, facts), ...blindness(['Pod'], facts)];
  },
});

/** The nodes of the target pod and of every pod that a finding is about, or the target itself. */
function onNodes({ target }: Plan, facts: GuardFacts): Objection[] {
  const { view, incident, now } = facts;
  const concerned = [target, ...incident.findings.map(({ subject }) => subject)]
    .map((ref) => view.get(ref))
    .filter((object) => object !== undefined);
  const names = new Set(
    concerned.flatMap((object) => (object.kind === 'Node' ? [object.meta.ref.name] : object.kind === 'Pod' ? (object.nodeName ?? []) : [])),
  );
  if (names.size === 0) return [];
  const nodes = view.ofKind('Node').filter(({ meta }) => names.has(meta.ref.name));
  const unseen = [...names].filter((name) => !nodes.some(({ meta }) => meta.ref.name === name));
  return [
    ...blindness(['Node'], facts),
    ...unseen.map((name) => unknown(`Node ${name} is not in view, so nobody can tell whether it is being drained`, { now })),
    ...nodes.flatMap((node) => {
      const sign = disruptionOf(node, view.ofKind('Pod'));
      return sign === undefined ? [] : [deny(`Node ${node.meta.ref.name} goes away on purpose: ${sign}`, now + RETRY_MS)];
    }),
  ];
}

/** A cordon alone may be years old; with pods leaving it is a drain. */
function disruptionOf(node: Node, pods: readonly Pod[]): string | undefined {
  const taint = node.taints.find(({ key }) => DISRUPTION_TAINTS.includes(key) || key.startsWith(DISRUPTION_TAINT_PREFIX));
  if (taint) return `taint ${taint.key}`;
  if (node.meta.deletedAt !== undefined) return 'it is being deleted';
  const isCordoned = node.isUnschedulable || node.taints.some(({ key }) => key === 'node.kubernetes.io/unschedulable');
  const isEmptied = isCordoned && pods.some((pod) => pod.nodeName === node.meta.ref.name && isLeaving(pod));
  return isEmptied ? 'it is cordoned and being drained' : undefined;
}

function isLeaving(pod: Pod): boolean {
  return pod.meta.deletedAt !== undefined || conditionOf(pod, 'DisruptionTarget')?.status === 'True';
}

function onPod({ target, write }: Plan, facts: GuardFacts): Objection[] {
  if (target.kind !== 'Pod') return [];
  const pod = facts.view.get(target);
  if (pod?.kind !== 'Pod') return [unknown(`${resourceName(target)} is not in view`, facts)];
  return isLeaving(pod) ? [deny(`somebody is taking the pod away already; ${write.verb} would come on top`, facts.now + RETRY_MS)] : [];
}

/** A rollout that is held to be the cause, or that a known good template would end, is not in the way. */
function inRollout({ owner: ref, treats, write }: Plan, facts: GuardFacts): Objection[] {
  if (treats === 'bad-rollout' || (write.verb === 'replace-template' && facts.action.impact.restorative)) return [];
  const owner = facts.view.get(ref);
  if (!owner || !isWorkload(owner)) return [];
  const sign = rolloutOf(owner);
  return sign === undefined
    ? [...blindness([owner.kind], facts)]
    : [deny(`a rolling update of ${resourceName(ref)} is in progress: ${sign}`, facts.now + RETRY_MS)];
}

function rolloutOf(owner: Workload): string | undefined {
  const { meta, observedGeneration, updatedReplicas, replicas } = owner;
  if (owner.strategy === 'OnDelete') return undefined;
  if (meta.generation === undefined || observedGeneration === undefined || observedGeneration < meta.generation)
    return 'its controller has not looked at the newest spec yet';
  if (updatedReplicas < replicas) return `${updatedReplicas} of ${replicas} replicas are updated`;
  const reason = owner.kind === 'Deployment' ? conditionOf(owner, 'Progressing')?.reason : undefined;
  return reason !== undefined && ROLLING_REASONS.includes(reason) ? `its condition says ${reason}` : undefined;
}
