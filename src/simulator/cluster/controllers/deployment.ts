import { numberAt, textAt } from '../../json.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { eventRecorder } from '../event-recorder.ts';
import { keyOf, ownedBy } from '../pods.ts';
import { type Controller, controllerKey } from './controller.ts';
import { allSets, cleanUpHistory, type Rollout, scaleSet, setsOf } from './deployment-sets.ts';
import { writeDeploymentStatus } from './deployment-status.ts';
import { rollOut } from './rolling-update.ts';

/** Rolls a Deployment's template out through ReplicaSets, as the real controller does, and says how far it is. */
export function deploymentController(world: World): Controller {
  const events = eventRecorder(world, 'deployment-controller');
  return {
    watches: ['deployments.apps', 'replicasets.apps', 'pods'],
    keysFor: (change) => keysFor(world, change),
    reconcile(key) {
      const deployment = world.objects.get(key);
      if (!deployment || deployment.metadata.deletionTimestamp !== undefined) return undefined;
      return reconcile({ world, events, deployment });
    },
  };
}

/** A pod matters only when it goes: Recreate waits for the last one. */
function keysFor(world: World, change: Change): readonly ObjectKey[] {
  if (change.resource === 'deployments.apps') return [keyOf('deployments.apps', change.object)];
  if (change.resource === 'replicasets.apps') return controllerKey(change, 'Deployment', 'deployments.apps');
  if (change.type !== 'DELETED') return [];
  const [set] = controllerKey(change, 'ReplicaSet', 'replicasets.apps').map((key) => world.objects.get(key));
  const owner = set?.metadata.ownerReferences?.find((one) => one.kind === 'Deployment');
  return owner ? [{ resource: 'deployments.apps', namespace: change.object.metadata.namespace ?? '', name: owner.name }] : [];
}

function reconcile(rollout: Rollout): number | undefined {
  const { world, deployment } = rollout;
  const key = keyOf('deployments.apps', deployment);
  const isPaused = deployment.spec?.paused === true;
  if (isPaused || isScaling(rollout)) scaleInProportion(rollout);
  else if (textAt(deployment.spec, 'strategy', 'type') === 'Recreate') recreate(rollout);
  else rollOut(rollout);
  const now = world.objects.get(key);
  if (!now) return undefined;
  const settled = { ...rollout, deployment: now };
  const again = writeDeploymentStatus(settled, setsOf(settled));
  cleanUpHistory(settled);
  return isPaused ? undefined : again;
}

/** Whether the number of replicas was changed since the ReplicaSets were last scaled for it. */
function isScaling({ world, deployment }: Rollout): boolean {
  const wanted = String(numberAt(deployment.spec, 'replicas') ?? 1);
  return allSets(world, deployment)
    .filter((set) => (numberAt(set.spec, 'replicas') ?? 0) > 0)
    .some((set) => {
      const asked = set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'];
      return asked !== undefined && asked !== wanted;
    });
}

/** One active ReplicaSet takes the whole number; of several the largest takes the difference. */
function scaleInProportion(rollout: Rollout): void {
  const wanted = numberAt(rollout.deployment.spec, 'replicas') ?? 1;
  const active = allSets(rollout.world, rollout.deployment).filter((set) => sizeOf(set) > 0);
  const { newest } = setsOf(rollout);
  if (active.length === 0) {
    if (newest) scaleSet(rollout, newest, wanted);
    return;
  }
  const surge = active.length > 1 ? rollout.deployment.spec : undefined;
  const extra = surge ? Math.max(0, active.reduce((sum, set) => sum + sizeOf(set), 0) - askedBefore(active)) : 0;
  const total = active.reduce((sum, set) => sum + sizeOf(set), 0);
  const [largest, ...rest] = [...active].sort((one, other) => sizeOf(other) - sizeOf(one));
  if (!largest) return;
  scaleSet(rollout, largest, Math.max(0, sizeOf(largest) + wanted + extra - total));
  for (const set of rest) scaleSet(rollout, set, sizeOf(set));
}

function askedBefore(active: readonly ApiObject[]): number {
  return Math.max(...active.map((set) => Number(set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'] ?? 0)));
}

/** All old pods go, and when the last has gone the new ones come. */
function recreate(rollout: Rollout): void {
  const { newest, old } = setsOf(rollout, { create: false });
  const busy = old.filter((set) => sizeOf(set) > 0);
  for (const set of busy) scaleSet(rollout, set, 0);
  const remains = old.some((set) => ownedBy(rollout.world, 'pods', set).length > 0);
  if (busy.length > 0 || remains) return;
  const target = newest ?? setsOf(rollout, { create: true }).newest;
  if (target) scaleSet(rollout, target, numberAt(rollout.deployment.spec, 'replicas') ?? 1);
}

function sizeOf(set: ApiObject): number {
  return numberAt(set.spec, 'replicas') ?? 0;
}
