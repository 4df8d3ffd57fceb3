import { ApiFailure } from '../../api-failure.ts';
import { type JsonObject, numberAt, objectAt, objectsAt, textsAt } from '../../json.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { conditionAt, conditionOf } from '../conditions.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { instantOf } from '../instant.ts';
import { availableAt, byControllers, countReady, hasEnded, isActive, isReady, keyOf, ownedBy, phaseOf, podOf, setStatus } from '../pods.ts';
import { type Controller, controllerKey } from './controller.ts';

const RETRY_MS = 5_000;

/** Keeps as many pods of a ReplicaSet as its spec asks for. */
export function replicaSetController(world: World): Controller {
  const events = eventRecorder(world, 'replicaset-controller');
  return {
    watches: ['replicasets.apps', 'pods'],
    keysFor: (change: Change) =>
      change.resource === 'pods' ? controllerKey(change, 'ReplicaSet', 'replicasets.apps') : [keyOf('replicasets.apps', change.object)],
    reconcile: (key) => reconcile(world, events, key),
  };
}

function reconcile(world: World, events: EventRecorder, key: ObjectKey): number | undefined {
  const set = world.objects.get(key);
  if (!set || set.metadata.deletionTimestamp !== undefined) return undefined;
  const failure = bringToSize(world, events, set);
  const pods = ownedBy(world, 'pods', set);
  writeStatus(world, set, pods, failure);
  const now = world.clock.now();
  const minReady = numberAt(set.spec, 'minReadySeconds') ?? 0;
  const later = pods.map((pod) => availableAt(pod, minReady) ?? 0).filter((at) => at > now);
  if (failure !== undefined) later.push(now + RETRY_MS);
  return later.length > 0 ? Math.min(...later) : undefined;
}

function bringToSize(world: World, events: EventRecorder, set: ApiObject): string | undefined {
  const active = ownedBy(world, 'pods', set).filter(isActive);
  const missing = (numberAt(set.spec, 'replicas') ?? 1) - active.length;
  try {
    for (let n = 0; n < missing; n += 1) {
      const pod = world.objects.create('pods', podOf(set, { generateName: `${set.metadata.name}-` }), byControllers);
      events.say(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
    }
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    events.say(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}` });
    return error.message;
  }
  for (const pod of [...active].sort(bySacrifice).slice(0, Math.max(0, -missing))) {
    world.objects.remove(keyOf('pods', pod));
    events.say(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
  }
  return undefined;
}

/** Which pod goes first: without a node, not running, not ready, more restarts, younger. */
function bySacrifice(one: ApiObject, other: ApiObject): number {
  const [left, right] = [rank(one), rank(other)];
  const place = left.findIndex((value, index) => value !== right[index]);
  return place < 0 ? 0 : (left[place] ?? 0) - (right[place] ?? 0);
}

function rank(pod: ApiObject): readonly number[] {
  const restarts = objectsAt(pod.status, 'containerStatuses').map((status) => Number(status.restartCount));
  return [
    pod.spec?.nodeName === undefined ? 0 : 1,
    phaseOf(pod) === 'Running' ? 1 : 0,
    isReady(pod) ? 1 : 0,
    -Math.max(0, ...restarts),
    -instantOf(pod.metadata.creationTimestamp, 0),
  ];
}

function writeStatus(world: World, set: ApiObject, owned: readonly ApiObject[], failure: string | undefined): void {
  const now = world.clock.now();
  const pods = owned.filter(isActive);
  const { ready, available } = countReady(pods, numberAt(set.spec, 'minReadySeconds') ?? 0, now);
  const wanted = Object.entries(textsAt(objectAt(set.spec, 'template'), 'metadata', 'labels'));
  const labelled = pods.filter((pod) => wanted.every(([name, value]) => pod.metadata.labels?.[name] === value));
  const terminating = owned.filter((pod) => !hasEnded(pod) && pod.metadata.deletionTimestamp !== undefined);
  const conditions = failure === undefined ? [] : [failureCondition(set, failure, now)];
  setStatus(world, keyOf('replicasets.apps', set), {
    ...(available > 0 && { availableReplicas: available }),
    ...(conditions.length > 0 && { conditions }),
    ...(labelled.length > 0 && { fullyLabeledReplicas: labelled.length }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(ready > 0 && { readyReplicas: ready }),
    replicas: pods.length,
    terminatingReplicas: terminating.length,
  });
}

function failureCondition(set: ApiObject, message: string, now: number): JsonObject {
  return conditionAt({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }, conditionOf(set, 'ReplicaFailure'), now);
}
