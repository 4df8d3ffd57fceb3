import { numberAt, objectAt, textAt } from '../../json.ts';
import type { ApiObject, ObjectKey, World } from '../../world.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { byControllers, countReady, hasEnded, isActive, isReady, keyOf, ownedBy, phaseOf, podOf, setStatus } from '../pods.ts';
import { type Controller, controllerKey } from './controller.ts';
import { asOf, presentRevision } from './revisions.ts';

interface Look {
  readonly world: World;
  readonly events: EventRecorder;
  readonly set: ApiObject;
  /** Names of the revisions that its pods should have. */
  readonly current: string;
  readonly update: string;
  readonly replicas: number;
  readonly isOrdered: boolean;
}

/** Keeps the numbered pods of a StatefulSet: in order, updated from the top down, one at a time. */
export function statefulSetController(world: World): Controller {
  const events = eventRecorder(world, 'statefulset-controller');
  return {
    watches: ['statefulsets.apps', 'pods'],
    keysFor: (change) =>
      change.resource === 'pods' ? controllerKey(change, 'StatefulSet', 'statefulsets.apps') : [keyOf('statefulsets.apps', change.object)],
    reconcile: (key) => reconcile(world, events, key),
  };
}

function reconcile(world: World, events: EventRecorder, key: ObjectKey): undefined {
  const set = world.objects.get(key);
  if (!set || set.metadata.deletionTimestamp !== undefined) return;
  const update = presentRevision(world, set).metadata.name;
  const look: Look = {
    ...{ world, events, set, update },
    current: textAt(set.status, 'currentRevision') ?? update,
    replicas: numberAt(set.spec, 'replicas') ?? 1,
    isOrdered: textAt(set.spec, 'podManagementPolicy') !== 'Parallel',
  };
  if (fill(look) && shrink(look)) renew(look);
  writeStatus(look);
}

function podAt({ world, set }: Look, ordinal: number): ApiObject | undefined {
  const key = { resource: 'pods' as const, namespace: set.metadata.namespace ?? '', name: `${set.metadata.name}-${ordinal}` };
  return world.objects.get(key);
}

function revisionOf(pod: ApiObject): string | undefined {
  return pod.metadata.labels?.['controller-revision-hash'];
}

function isWell(pod: ApiObject): boolean {
  return isActive(pod) && phaseOf(pod) === 'Running' && isReady(pod);
}

/** Makes the missing pods; false: an ordered set waits for one of them. */
function fill(look: Look): boolean {
  for (let ordinal = 0; ordinal < look.replicas; ordinal += 1) {
    const pod = podAt(look, ordinal);
    if (!pod) make(look, ordinal);
    else if (hasEnded(pod) && pod.metadata.deletionTimestamp === undefined) drop(look, pod);
    if (look.isOrdered && !(pod && isWell(pod))) return false;
  }
  return true;
}

function make(look: Look, ordinal: number): void {
  const { world, events, set, current, update } = look;
  const partition = numberAt(set.spec, 'updateStrategy', 'rollingUpdate', 'partition');
  const currentReplicas = numberAt(set.status, 'currentReplicas') ?? 0;
  const isRolling = textAt(set.spec, 'updateStrategy', 'type') !== 'OnDelete';
  const isOld = isRolling && ordinal < (partition ?? currentReplicas);
  const revision = isOld ? current : update;
  const key = { resource: 'controllerrevisions.apps' as const, namespace: set.metadata.namespace ?? '', name: revision };
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = {
    'apps.kubernetes.io/pod-index': String(ordinal),
    'controller-revision-hash': revision,
    'statefulset.kubernetes.io/pod-name': name,
  };
  const pod = podOf(asOf(set, world.objects.get(key)), { name, generateName: `${set.metadata.name}-`, labels }, (spec) => {
    spec.hostname = name;
    spec.subdomain = textAt(set.spec, 'serviceName') ?? '';
  });
  world.objects.create('pods', pod, byControllers);
  const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  events.say(set, { type: 'Normal', reason: 'SuccessfulCreate', message });
}

function drop({ world, events, set }: Look, pod: ApiObject): void {
  world.objects.remove(keyOf('pods', pod));
  const message = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  events.say(set, { type: 'Normal', reason: 'SuccessfulDelete', message });
}

/** Takes surplus pods away, the highest first; false: it waits for one that goes. */
function shrink(look: Look): boolean {
  const ordinal = (pod: ApiObject) => Number(pod.metadata.name.slice(look.set.metadata.name.length + 1));
  const surplus = ownedBy(look.world, 'pods', look.set)
    .filter((pod) => ordinal(pod) >= look.replicas)
    .sort((one, other) => ordinal(other) - ordinal(one));
  for (const pod of surplus) {
    if (pod.metadata.deletionTimestamp === undefined) drop(look, pod);
    if (look.isOrdered) return false;
  }
  return true;
}

/** Replaces the highest pod of another revision, if all above it are well. */
function renew(look: Look): void {
  const strategy = objectAt(look.set.spec, 'updateStrategy');
  if (strategy.type === 'OnDelete') return;
  const partition = numberAt(strategy, 'rollingUpdate', 'partition') ?? 0;
  for (let ordinal = look.replicas - 1; ordinal >= partition; ordinal -= 1) {
    const pod = podAt(look, ordinal);
    if (!pod) return;
    if (revisionOf(pod) !== look.update && pod.metadata.deletionTimestamp === undefined) {
      drop(look, pod);
      return;
    }
    if (!isWell(pod)) return;
  }
}

function writeStatus({ world, set, current, update, replicas }: Look): void {
  const pods = ownedBy(world, 'pods', set);
  const active = pods.filter(isActive);
  const { ready, available } = countReady(active, numberAt(set.spec, 'minReadySeconds') ?? 0, world.clock.now());
  const ofRevision = (name: string) => active.filter((pod) => revisionOf(pod) === name).length;
  const isThrough = ofRevision(update) === replicas && ready === replicas;
  const now = isThrough ? update : current;
  setStatus(world, keyOf('statefulsets.apps', set), {
    availableReplicas: available,
    collisionCount: 0,
    ...(ofRevision(now) > 0 && { currentReplicas: ofRevision(now) }),
    currentRevision: now,
    observedGeneration: set.metadata.generation ?? 1,
    ...(ready > 0 && { readyReplicas: ready }),
    replicas: pods.length,
    updateRevision: update,
    ...(ofRevision(update) > 0 && { updatedReplicas: ofRevision(update) }),
  });
}
