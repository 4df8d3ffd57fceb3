import { type JsonObject, numberAt, objectsAt, textAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';
import { conditionAt, conditionOf, type NewCondition, saysOther } from '../conditions.ts';
import { instantOf, instantText } from '../instant.ts';
import { keyOf, setStatus } from '../pods.ts';
import { type Rollout, type Sets, unavailableOf } from './deployment-sets.ts';

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly terminating: number;
}

/** Writes how far the Deployment is; returns when its progress deadline ends, if it runs. */
export function writeDeploymentStatus(rollout: Rollout, sets: Sets): number | undefined {
  const { world, deployment } = rollout;
  const now = world.clock.now();
  const counts = countsOf(sets);
  const wanted = numberAt(deployment.spec, 'replicas') ?? 1;
  const conditions = conditionsOf(rollout, sets, counts);
  const unavailable = Math.max(0, Math.max(wanted, counts.replicas) - counts.available);
  setStatus(world, keyOf('deployments.apps', deployment), {
    ...(counts.available > 0 && { availableReplicas: counts.available }),
    conditions,
    observedGeneration: deployment.metadata.generation ?? 1,
    ...(counts.ready > 0 && { readyReplicas: counts.ready }),
    ...(counts.replicas > 0 && { replicas: counts.replicas }),
    terminatingReplicas: counts.terminating,
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    ...(counts.updated > 0 && { updatedReplicas: counts.updated }),
  });
  const progressing = conditions.find((condition) => condition.type === 'Progressing');
  const isOpen = progressing?.status === 'True' && progressing.reason !== 'NewReplicaSetAvailable';
  return isOpen ? instantOf(textAt(progressing, 'lastUpdateTime'), now) + deadlineMs(deployment) + 1_000 : undefined;
}

function deadlineMs(deployment: ApiObject): number {
  return (numberAt(deployment.spec, 'progressDeadlineSeconds') ?? 600) * 1_000;
}

function countsOf({ newest, old }: Sets): Counts {
  const all = newest ? [newest, ...old] : old;
  const sum = (field: string) => all.reduce((total, set) => total + (numberAt(set.status, field) ?? 0), 0);
  return {
    replicas: sum('replicas'),
    updated: numberAt(newest?.status, 'replicas') ?? 0,
    ready: sum('readyReplicas'),
    available: sum('availableReplicas'),
    terminating: sum('terminatingReplicas'),
  };
}

function conditionsOf(rollout: Rollout, sets: Sets, counts: Counts): JsonObject[] {
  const { deployment } = rollout;
  const now = rollout.world.clock.now();
  const before = objectsAt(deployment.status, 'conditions').filter((condition) => condition.type !== 'ReplicaFailure');
  const failure = [sets.newest, ...sets.old]
    .flatMap((set) => (set ? [conditionOf(set, 'ReplicaFailure')] : []))
    .find((condition) => condition !== undefined);
  const set = (conditions: readonly JsonObject[], condition: NewCondition | undefined): JsonObject[] => {
    if (!condition) return [...conditions];
    const earlier = conditionOf(deployment, condition.type);
    const next = conditionAt(condition, earlier, now);
    const isSaid = earlier && !saysOther(earlier, next) && condition.reason !== 'ReplicaSetUpdated';
    const others = conditions.filter((other) => other.type !== condition.type);
    return isSaid ? [...conditions] : [...others, { ...next, lastUpdateTime: instantText(now) }];
  };
  const progress = progressOf(deployment, sets, counts, now);
  const settled = set(set(before, availability(deployment, counts)), progress);
  const reason = textAt(failure, 'message');
  return set(
    settled,
    reason === undefined ? undefined : { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: reason },
  );
}

function availability(deployment: ApiObject, counts: Counts): NewCondition {
  const minimum = (numberAt(deployment.spec, 'replicas') ?? 1) - unavailableOf(deployment);
  const type = 'Available';
  return counts.available >= minimum
    ? { type, status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : { type, status: 'False', reason: 'MinimumReplicasUnavailable', message: 'Deployment does not have minimum availability.' };
}

/** What the real controller says of progress; undefined leaves the condition as it is. */
function progressOf(deployment: ApiObject, { newest }: Sets, counts: Counts, now: number): NewCondition | undefined {
  const type = 'Progressing';
  const before = conditionOf(deployment, type);
  if (deployment.spec?.paused === true) {
    return { type, status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  }
  if (!newest) return undefined;
  const name = `ReplicaSet "${newest.metadata.name}"`;
  const wanted = numberAt(deployment.spec, 'replicas') ?? 1;
  const isComplete = counts.updated === wanted && counts.replicas === wanted && counts.available >= wanted;
  const isOver = before?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updated;
  if (isOver) return undefined;
  if (isComplete) return { type, status: 'True', reason: 'NewReplicaSetAvailable', message: `${name} has successfully progressed.` };
  if (!before)
    return { type, status: 'True', reason: 'NewReplicaSetCreated', message: `Created new replica set "${newest.metadata.name}"` };
  if (hasProgressed(deployment, counts)) return { type, status: 'True', reason: 'ReplicaSetUpdated', message: `${name} is progressing.` };
  const since = instantOf(textAt(before, 'lastUpdateTime'), now);
  const isLate = before.reason !== 'NewReplicaSetAvailable' && now - since > deadlineMs(deployment);
  return isLate ? { type, status: 'False', reason: 'ProgressDeadlineExceeded', message: `${name} has timed out progressing.` } : undefined;
}

function hasProgressed(deployment: ApiObject, now: Counts): boolean {
  const { status } = deployment;
  const before = (field: string) => numberAt(status, field) ?? 0;
  const oldBefore = before('replicas') - before('updatedReplicas');
  return (
    now.updated > before('updatedReplicas') ||
    now.replicas - now.updated < oldBefore ||
    now.ready > before('readyReplicas') ||
    now.available > before('availableReplicas')
  );
}
