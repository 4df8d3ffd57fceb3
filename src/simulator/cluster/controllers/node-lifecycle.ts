import { type JsonObject, numberAt, objectsAt, textAt } from '../../json.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { conditionAt, conditionOf, withCondition } from '../conditions.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { instantOf, instantText } from '../instant.ts';
import { hasEnded, isReady, keyOf, specOf } from '../pods.ts';
import { tolerationOf } from '../scheduler/fits.ts';
import type { Controller } from './controller.ts';

/** `--node-monitor-grace-period` and `--node-monitor-period` of kube-controller-manager 1.32 and later. */
const SILENCE_MS = 50_000;
const MONITOR_MS = 5_000;
/** The NoExecute taint comes a turn of the eviction queue after the NoSchedule one. */
const EXECUTE_AFTER_MS = 10_000;

const conditionTaints: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
};
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const NOT_READY = 'node.kubernetes.io/not-ready';

/** What admission (DefaultTolerationSeconds) would have given to a pod that says nothing. */
const DEFAULT_PATIENCE_MS: Readonly<Record<string, number>> = { [UNREACHABLE]: 300_000, [NOT_READY]: 300_000 };

/** Marks nodes that are not heard of, taints them, and takes their pods away when these tolerate it no longer. */
export function nodeLifecycleController(world: World): Controller {
  const events = eventRecorder(world, 'node-controller');
  const evictions = eventRecorder(world, 'taint-eviction-controller');
  return {
    watches: ['nodes', 'pods'],
    keysFor: (change) => keysFor(change),
    reconcile(key) {
      const node = world.objects.get(key);
      if (!node) return undefined;
      judge(world, events, node);
      const again = evictFrom(world, evictions, world.objects.get(key) ?? node);
      return Math.min(world.clock.now() + MONITOR_MS, again);
    },
  };
}

function keysFor({ resource, object, type, before }: Change): readonly ObjectKey[] {
  if (resource === 'nodes') return [keyOf('nodes', object)];
  const nodeName = textAt(object.spec, 'nodeName');
  const isNews = type === 'ADDED' || before?.spec?.nodeName !== object.spec?.nodeName;
  return nodeName !== undefined && isNews ? [{ resource: 'nodes', namespace: '', name: nodeName }] : [];
}

function judge(world: World, events: EventRecorder, node: ApiObject): void {
  const now = world.clock.now();
  const ready = conditionOf(node, 'Ready');
  const isSilent = now - lastHeard(world, node) > SILENCE_MS;
  if (isSilent && ready?.status !== 'Unknown') {
    forget(world, node);
    events.say(node, { type: 'Normal', reason: 'NodeNotReady', message: `Node ${node.metadata.name} status is now: NodeNotReady` });
    markPods(world, events, node);
  }
  taint(world, world.objects.get(keyOf('nodes', node)) ?? node);
}

function lastHeard(world: World, node: ApiObject): number {
  const lease = world.objects.get({ resource: 'leases.coordination.k8s.io', namespace: 'kube-node-lease', name: node.metadata.name });
  const posted = textAt(conditionOf(node, 'Ready'), 'lastHeartbeatTime');
  return Math.max(instantOf(textAt(lease?.spec, 'renewTime'), 0), instantOf(posted, instantOf(node.metadata.creationTimestamp, 0)));
}

function forget(world: World, node: ApiObject): void {
  const now = world.clock.now();
  const words = { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' } as const;
  const unknown = objectsAt(node.status, 'conditions').map((before) => {
    const said = conditionAt({ type: String(before.type), ...words }, before, now);
    return { ...said, lastHeartbeatTime: before.lastHeartbeatTime };
  });
  world.objects.change(keyOf('nodes', node), (draft) => {
    draft.status = { ...draft.status, conditions: unknown };
  });
}

function podsOn(world: World, node: ApiObject): readonly ApiObject[] {
  return world.objects.list('pods').filter((pod) => pod.spec?.nodeName === node.metadata.name);
}

function markPods(world: World, events: EventRecorder, node: ApiObject): void {
  const now = world.clock.now();
  for (const pod of podsOn(world, node).filter(isReady)) {
    const before = conditionOf(pod, 'Ready');
    const condition = { ...before, lastTransitionTime: instantText(now), status: 'False' };
    world.objects.change(keyOf('pods', pod), (draft) => {
      draft.status = { ...draft.status, conditions: withCondition(objectsAt(draft.status, 'conditions'), condition) };
    });
    events.say(pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' });
  }
}

/** The taints that the node's conditions ask for; others are left alone. */
function taint(world: World, node: ApiObject): void {
  const now = world.clock.now();
  const ready = conditionOf(node, 'Ready');
  const since = instantOf(textAt(ready, 'lastTransitionTime'), now);
  const wanted: [string, string][] = Object.entries(conditionTaints).flatMap(([type, key]): [string, string][] =>
    conditionOf(node, type)?.status === 'True' ? [[key, 'NoSchedule']] : [],
  );
  if (ready && ready.status !== 'True') {
    const key = ready.status === 'Unknown' ? UNREACHABLE : NOT_READY;
    wanted.push([key, 'NoSchedule']);
    if (now - since >= EXECUTE_AFTER_MS) wanted.push([key, 'NoExecute']);
  }
  if (node.spec?.unschedulable === true) wanted.push(['node.kubernetes.io/unschedulable', 'NoSchedule']);
  const present = objectsAt(node.spec, 'taints');
  const own = new Set([...Object.values(conditionTaints), UNREACHABLE, NOT_READY, 'node.kubernetes.io/unschedulable']);
  const foreign = present.filter((one) => !own.has(String(one.key)));
  const made = wanted.map(([key, effect]): JsonObject => {
    const before = present.find((one) => one.key === key && one.effect === effect);
    return before ?? { effect, key, timeAdded: instantText(now) };
  });
  world.objects.change(keyOf('nodes', node), (draft) => {
    if (foreign.length + made.length > 0) specOf(draft).taints = [...foreign, ...made];
    else delete specOf(draft).taints;
  });
}

/** Deletes the pods that tolerate the node's NoExecute taints no longer; returns when the next one is due. */
function evictFrom(world: World, events: EventRecorder, node: ApiObject): number {
  const now = world.clock.now();
  let next = Number.POSITIVE_INFINITY;
  const taints = objectsAt(node.spec, 'taints').filter((one) => one.effect === 'NoExecute');
  for (const pod of taints.length > 0 ? podsOn(world, node) : []) {
    if (pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) continue;
    const due = Math.min(...taints.map((one) => instantOf(textAt(one, 'timeAdded'), now) + patienceMs(pod, one)));
    if (due > now) next = Math.min(next, due);
    else takeAway(world, events, pod);
  }
  return next;
}

function patienceMs(pod: ApiObject, taintOfNode: JsonObject): number {
  const toleration = tolerationOf(pod, taintOfNode);
  if (!toleration) return DEFAULT_PATIENCE_MS[String(taintOfNode.key)] ?? 0;
  const seconds = numberAt(toleration, 'tolerationSeconds');
  return seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1_000;
}

function takeAway(world: World, events: EventRecorder, pod: ApiObject): void {
  const key = keyOf('pods', pod);
  const message = 'Taint manager: deleting due to NoExecute taint';
  const words = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message } as const;
  const condition = conditionAt(words, conditionOf(pod, 'DisruptionTarget'), world.clock.now());
  world.objects.change(key, (draft) => {
    draft.status = { ...draft.status, conditions: withCondition(objectsAt(draft.status, 'conditions'), condition) };
  });
  world.objects.remove(key);
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  events.say(pod, { type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${name}` });
}
