import { textAt } from '../../json.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { conditionAt, conditionOf, saysOther, withCondition } from '../conditions.ts';
import type { Controller } from '../controllers/controller.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { controllerOf, hasEnded, keyOf, specOf } from '../pods.ts';
import { quantityOf } from '../quantity.ts';
import { selects } from '../selector.ts';
import { zoneOf } from '../zone.ts';
import { isCrowded, objections, usedBy } from './fits.ts';

/** How long a pod that fits nowhere waits when nothing changes (kube-scheduler flushes its queue after 5 minutes). */
const RETRY_MS = 5 * 60_000;

/** Gives each pod a node: one that may take it, with few of its kind in the zone and on the node, and much room. */
export function scheduler(world: World): Controller {
  const events = eventRecorder(world, 'default-scheduler');
  return {
    watches: ['pods', 'nodes'],
    keysFor: (change) => keysFor(world, change),
    reconcile: (key) => place(world, events, key),
  };
}

/** A waiting pod is looked at when it changes; all of them when room may have come. */
function keysFor(world: World, change: Change): readonly ObjectKey[] {
  const isRoom = change.resource === 'nodes' ? hasNodeTurned(change) : change.type === 'DELETED' || hasEnded(change.object);
  const waiting = isRoom ? world.objects.list('pods').filter(isWaiting) : [];
  const own = change.resource === 'pods' && change.type === 'ADDED' && isWaiting(change.object) ? [change.object] : [];
  return [...own, ...waiting].map((pod) => keyOf('pods', pod));
}

function hasNodeTurned({ object, before }: Change): boolean {
  const fitting = (node: ApiObject | undefined) => JSON.stringify([node?.spec, node?.status?.allocatable, node?.metadata.labels]);
  return fitting(object) !== fitting(before);
}

function isWaiting(pod: ApiObject): boolean {
  return pod.spec?.nodeName === undefined && pod.metadata.deletionTimestamp === undefined && !hasEnded(pod);
}

function place(world: World, events: EventRecorder, key: ObjectKey): number | undefined {
  const pod = world.objects.get(key);
  if (!pod || !isWaiting(pod)) return undefined;
  const nodes = world.objects.list('nodes');
  const pods = world.objects.list('pods');
  const why = new Map<string, number>();
  const siblings = siblingsBeside(pod, nodes, pods);
  let best: { readonly node: ApiObject; readonly score: number } | undefined;
  for (const node of nodes) {
    const onNode = pods.filter((other) => other.spec?.nodeName === node.metadata.name);
    const reasons = [...objections(pod, node, onNode), ...crowding(pod, onNode)];
    for (const reason of reasons) why.set(reason, (why.get(reason) ?? 0) + 1);
    if (reasons.length > 0) continue;
    const score = roomOn(node, onNode) - siblings(node) + world.random() * 0.01;
    if (!best || score > best.score) best = { node, score };
  }
  if (!best) {
    refuse(world, events, pod, refusal(nodes.length, why));
    return world.clock.now() + RETRY_MS;
  }
  bind(world, events, pod, best.node.metadata.name);
  return undefined;
}

function crowding(pod: ApiObject, onNode: readonly ApiObject[]): readonly string[] {
  const isForbidden = isCrowded(pod, onNode, (selector, other) => selects(selector, other.metadata.labels ?? {}));
  return isForbidden ? ["node(s) didn't match pod anti-affinity rules"] : [];
}

/** Counts the pods of the same controller in a node's zone and, once more, on the node: kube-scheduler spreads pods over both by default. */
function siblingsBeside(pod: ApiObject, nodes: readonly ApiObject[], pods: readonly ApiObject[]): (node: ApiObject) => number {
  const owner = controllerOf(pod)?.uid;
  const zones = new Map(nodes.map((node) => [node.metadata.name, zoneOf(node)]));
  const homes = pods.flatMap((other) =>
    owner !== undefined && controllerOf(other)?.uid === owner && other.metadata.deletionTimestamp === undefined && !hasEnded(other)
      ? (textAt(other.spec, 'nodeName') ?? [])
      : [],
  );
  return ({ metadata: { name } }) =>
    homes.filter((home) => home === name).length + homes.filter((home) => zones.get(home) === zones.get(name)).length;
}

/** The free share of a node, CPU and memory alike. */
function roomOn(node: ApiObject, onNode: readonly ApiObject[]): number {
  const used = usedBy(onNode);
  const allocatable = node.status?.allocatable;
  const has = typeof allocatable === 'object' && allocatable !== null && !Array.isArray(allocatable) ? allocatable : {};
  return 1 - used.cpu / Math.max(1e-9, quantityOf(has.cpu)) + 1 - used.memory / Math.max(1, quantityOf(has.memory));
}

function refusal(nodes: number, why: ReadonlyMap<string, number>): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = [...why].map(([reason, count]) => `${count} ${reason}`).sort();
  const preemption = `preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  return `0/${nodes} nodes are available: ${reasons.join(', ')}. no new claims to deallocate, ${preemption}`;
}

function refuse(world: World, events: EventRecorder, pod: ApiObject, message: string): void {
  const before = conditionOf(pod, 'PodScheduled');
  const more = { lastProbeTime: null, observedGeneration: pod.metadata.generation ?? 1 };
  const condition = conditionAt(
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, more },
    before,
    world.clock.now(),
  );
  if (saysOther(before, condition)) {
    world.objects.change(keyOf('pods', pod), (draft) => {
      draft.status = { ...draft.status, conditions: withCondition([], condition), phase: 'Pending' };
    });
  }
  events.say(pod, { type: 'Warning', reason: 'FailedScheduling', message, action: 'Scheduling' });
}

function bind(world: World, events: EventRecorder, pod: ApiObject, nodeName: string): void {
  const more = { lastProbeTime: null, observedGeneration: pod.metadata.generation ?? 1 };
  const before = conditionOf(pod, 'PodScheduled');
  const condition = conditionAt({ type: 'PodScheduled', status: 'True', more }, before, world.clock.now());
  world.objects.change(keyOf('pods', pod), (draft) => {
    specOf(draft).nodeName = nodeName;
    draft.status = { ...draft.status, conditions: withCondition([], condition), phase: 'Pending' };
  });
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  events.say(pod, { type: 'Normal', reason: 'Scheduled', message: `Successfully assigned ${name} to ${nodeName}`, action: 'Binding' });
}
