import { type JsonObject, numberAt, objectAt, textAt } from '../../json.ts';
import type { ApiObject, Change, ObjectKey, World } from '../../world.ts';
import { type EventRecorder, eventRecorder } from '../event-recorder.ts';
import { byControllers, countReady, hasEnded, isActive, isReady, keyOf, ownedBy, podOf, setStatus } from '../pods.ts';
import { objections } from '../scheduler/fits.ts';
import { type Controller, controllerKey } from './controller.ts';
import { hashOf, presentRevision } from './revisions.ts';

/** Keeps one pod of a DaemonSet on each node that may have one, and renews them a few at a time. */
export function daemonSetController(world: World): Controller {
  const events = eventRecorder(world, 'daemonset-controller');
  return {
    watches: ['daemonsets.apps', 'pods', 'nodes'],
    keysFor: (change) => keysFor(world, change),
    reconcile: (key) => reconcile(world, events, key),
  };
}

function keysFor(world: World, change: Change): readonly ObjectKey[] {
  if (change.resource === 'pods') return controllerKey(change, 'DaemonSet', 'daemonsets.apps');
  if (change.resource === 'daemonsets.apps') return [keyOf('daemonsets.apps', change.object)];
  const isNews = change.type !== 'MODIFIED' || JSON.stringify(change.before?.spec) !== JSON.stringify(change.object.spec);
  return isNews ? world.objects.list('daemonsets.apps').map((set) => keyOf('daemonsets.apps', set)) : [];
}

function reconcile(world: World, events: EventRecorder, key: ObjectKey): undefined {
  const set = world.objects.get(key);
  if (!set || set.metadata.deletionTimestamp !== undefined) return;
  const hash = hashOf(presentRevision(world, set));
  const nodes = world.objects.list('nodes').filter((node) => mayHave(set, node));
  const remove = (pod: ApiObject) => {
    world.objects.remove(keyOf('pods', pod));
    events.say(set, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` });
  };
  for (const node of nodes) {
    const here = ownedBy(world, 'pods', set).filter((pod) => nodeOfPod(pod) === node.metadata.name);
    for (const pod of here.filter((one) => hasEnded(one) && one.metadata.deletionTimestamp === undefined)) remove(pod);
    if (here.some((pod) => !hasEnded(pod))) continue;
    const pod = world.objects.create('pods', daemonPod(set, node.metadata.name, hash), byControllers);
    events.say(set, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}` });
  }
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const pod of ownedBy(world, 'pods', set).filter(isActive)) if (!names.has(nodeOfPod(pod))) remove(pod);
  if (textAt(set.spec, 'updateStrategy', 'type') !== 'OnDelete') {
    for (const pod of toRenew(world, set, hash, nodes.length)) remove(pod);
  }
  writeStatus(world, set, hash, nodes.length);
}

/** The node that the pod is for, whether it is bound or not. */
function nodeOfPod(pod: ApiObject): string {
  const terms = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms', 0, 'matchFields', 0];
  return textAt(pod.spec, ...terms, 'values', 0) ?? textAt(pod.spec, 'nodeName') ?? '';
}

const daemonTolerations: readonly JsonObject[] = [
  { effect: 'NoExecute', key: 'node.kubernetes.io/not-ready', operator: 'Exists' },
  { effect: 'NoExecute', key: 'node.kubernetes.io/unreachable', operator: 'Exists' },
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
    effect: 'NoSchedule',
    key: `node.kubernetes.io/${name}`,
    operator: 'Exists',
  })),
];

function mayHave(set: ApiObject, node: ApiObject): boolean {
  const template = objectAt(set.spec, 'template', 'spec');
  const tolerations = [...(Array.isArray(template.tolerations) ? template.tolerations : []), ...daemonTolerations];
  const taints = objectAt(node.spec).taints;
  const lasting = Array.isArray(taints) ? taints.filter((one) => !textAt(one, 'key')?.startsWith('node.kubernetes.io/')) : [];
  const pod = { ...set, spec: { ...template, tolerations, containers: [] } };
  return objections(pod, { ...node, spec: { taints: lasting } }, []).length === 0;
}

function daemonPod(set: ApiObject, nodeName: string, hash: string) {
  const labels = { 'controller-revision-hash': hash, 'pod-template-generation': String(set.metadata.generation ?? 1) };
  return podOf(set, { generateName: `${set.metadata.name}-`, labels }, (spec) => {
    const own = Array.isArray(spec.tolerations) ? spec.tolerations.filter((one) => numberAt(one, 'tolerationSeconds') === undefined) : [];
    spec.tolerations = [...own, ...daemonTolerations];
    const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }];
    spec.affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } };
  });
}

/** Old pods that serve nobody, and as many serving ones as `maxUnavailable` leaves room for. */
function toRenew(world: World, set: ApiObject, hash: string, wanted: number): readonly ApiObject[] {
  const active = ownedBy(world, 'pods', set).filter(isActive);
  const old = active.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] !== hash);
  const given = objectAt(set.spec, 'updateStrategy', 'rollingUpdate').maxUnavailable ?? 1;
  const limit = typeof given === 'string' ? Math.max(1, Math.ceil((Number.parseInt(given, 10) / 100) * wanted)) : Number(given);
  const missing = wanted - active.filter(isReady).length;
  const idle = old.filter((pod) => !isReady(pod));
  const room = Math.max(0, limit - missing);
  return [...idle, ...old.filter(isReady).slice(0, room)];
}

function writeStatus(world: World, set: ApiObject, hash: string, wanted: number): void {
  const active = ownedBy(world, 'pods', set).filter(isActive);
  const { ready, available } = countReady(active, numberAt(set.spec, 'minReadySeconds') ?? 0, world.clock.now());
  const updated = active.filter((pod) => pod.metadata.labels?.['controller-revision-hash'] === hash).length;
  setStatus(world, keyOf('daemonsets.apps', set), {
    currentNumberScheduled: active.length,
    desiredNumberScheduled: wanted,
    ...(available > 0 && { numberAvailable: available }),
    numberMisscheduled: 0,
    numberReady: ready,
    ...(available < wanted && { numberUnavailable: wanted - available }),
    observedGeneration: set.metadata.generation ?? 1,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
  });
}
