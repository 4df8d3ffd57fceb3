import { createClock, type DrivenClock } from '../../../src/simulator/clock.ts';
import { type Cluster, startCluster } from '../../../src/simulator/cluster/cluster.ts';
import type { Behaviour } from '../../../src/simulator/cluster/kubelet/behaviour.ts';
import { isReady } from '../../../src/simulator/cluster/pods.ts';
import { createWorld } from '../../../src/simulator/create-world.ts';
import { type JsonObject, objectsAt } from '../../../src/simulator/json.ts';
import type { ResourceName } from '../../../src/simulator/resources.ts';
import type { ApiObject, ObjectKey } from '../../../src/simulator/world.ts';
import { aContainer, setImage } from '../simulated.ts';
import type { Shape } from './shape.ts';

const START = Date.parse('2026-11-21T00:00:00Z');
const APP = 'cart';
const resources = { Deployment: 'deployments.apps', StatefulSet: 'statefulsets.apps', DaemonSet: 'daemonsets.apps' } as const;

/** A modelled cluster in the drawn state; the same shape gives the same one twice. */
export interface Stage {
  readonly cluster: Cluster;
  readonly clock: DrivenClock;
  readonly workload: ApiObject;
  pods(): readonly ApiObject[];
  pass(seconds: number): void;
}

/** Builds the state and lets it settle. */
export function setStage(shape: Shape): Stage {
  const clock = createClock(START);
  const world = createWorld({ clock, seed: shape.seed });
  const cluster = startCluster(world);
  world.objects.create('namespaces', { metadata: { name: 'shop' } });
  for (let n = 1; n <= shape.nodes; n += 1) cluster.addNode({ name: `node-${n}`, cpu: shape.cpu, zone: n % 2 ? 'a' : 'b' });
  cluster.behaviours.forImage('shop/cart:2', releases[shape.release]);
  if (shape.release === 'well in some') cluster.behaviours.add(isUnlucky, { readyAfterMs: NEVER });
  const key: ObjectKey = { resource: resources[shape.kind], namespace: 'shop', name: APP };
  const pods = () => world.objects.list('pods', 'shop').filter(({ metadata }) => metadata.labels?.app === APP);
  const pass = (seconds: number) => clock.step(seconds * 1_000);
  world.objects.create(key.resource, { metadata: { name: APP, namespace: 'shop' }, spec: specOf(shape) });
  for (const [place, budget] of shape.budgets.entries()) addBudget(cluster, `budget-${place}`, budget);
  if (shape.quota !== undefined) addQuota(cluster, shape.quota, shape.replicas);
  pass(90);
  tell({ shape, cluster, key, pods, pass });
  const known = new Set(pods().map(({ metadata }) => metadata.uid));
  cluster.behaviours.add((pod) => !known.has(pod.metadata.uid), successors[shape.successors]);
  return {
    ...{ cluster, clock, pods, pass },
    get workload() {
      const found = world.objects.get(key);
      if (!found) throw new Error('the workload has gone');
      return found;
    },
  };
}

/** Whether a pod serves: Ready, and not on its way out. */
export function serves(pod: ApiObject): boolean {
  return isReady(pod) && pod.metadata.deletionTimestamp === undefined;
}

const NEVER = 10 ** 9;
const releases: Readonly<Record<Shape['release'], Behaviour>> = {
  well: {},
  missing: { isImageMissing: true },
  crashes: { exitAfterMs: 2_000, exitCode: 1 },
  'never ready': { readyAfterMs: NEVER },
  'well in some': {},
};
/** Some of the second release's pods, by their uid alone. */
function isUnlucky(pod: ApiObject): boolean {
  return setsImage(pod, 'shop/cart:2') && Number.parseInt(pod.metadata.uid.slice(-1), 16) % 3 === 0;
}

const successors: Readonly<Record<Shape['successors'], Behaviour>> = {
  well: {},
  slow: { readyAfterMs: 40_000 },
  'never ready': { readyAfterMs: NEVER },
};

interface Telling {
  readonly shape: Shape;
  readonly cluster: Cluster;
  readonly key: ObjectKey;
  pods(): readonly ApiObject[];
  pass(seconds: number): void;
}

/** What goes wrong, as the story has it. */
function tell(telling: Telling): void {
  const { shape, cluster, key, pods, pass } = telling;
  const quiet = new Set(
    pods()
      .slice(0, shape.unready)
      .map(({ metadata }) => metadata.uid),
  );
  cluster.behaviours.add((pod, name) => name === 'app' && quiet.has(pod.metadata.uid), { unreadyAfterMs: 0 });
  pass(20);
  const setRelease = (number: number) =>
    cluster.world.objects.change(key, (draft) => setImage(draft, `shop/cart:${number}`), { fieldManager: 'kubectl' });
  if (shape.story === 'out of memory') runOutOfMemory(telling);
  if (shape.story === 'lost node') loseNode(telling);
  if (shape.story !== 'bad release' && shape.story !== 'stuck in order') return;
  setRelease(2);
  pass(shape.outSeconds);
  if (shape.story === 'bad release') return;
  setRelease(1);
  pass(5);
}

/** One pod is killed once for want of memory, and runs well again. */
function runOutOfMemory({ shape, cluster, pods, pass }: Telling): void {
  const victim = pods().at(-1)?.metadata;
  if (!victim) return;
  if (shape.isResized) {
    const key = { resource: 'pods' as const, namespace: 'shop', name: victim.name };
    const options = { fieldManager: 'kubemend', subresource: 'resize' as const };
    cluster.world.objects.change(key, (draft) => setLimit(draft, '192Mi'), options);
  }
  const isIt = (pod: ApiObject, name: string, restarts: number) => pod.metadata.uid === victim.uid && name === 'app' && restarts === 0;
  cluster.behaviours.add(isIt, { memoryBytes: 2 ** 30 });
  pass(40);
}

/** The node of the last pod goes silent, long enough to be given up and not long enough for its pods to be. */
function loseNode({ cluster, pods, pass }: Telling): void {
  const lost = pods().at(-1)?.spec?.nodeName;
  if (typeof lost !== 'string') return;
  cluster.dropNode(lost);
  pass(70);
}

function setLimit({ spec }: ApiObject, memory: string): void {
  const containers = Array.isArray(spec?.containers) ? spec.containers : [];
  for (const one of containers)
    Object.assign(Object(one), { resources: { requests: { cpu: '300m', memory: '64Mi' }, limits: { memory } } });
}

function setsImage(pod: ApiObject, image: string): boolean {
  return objectsAt(pod.spec, 'containers').some((container) => container.image === image);
}

function specOf(shape: Shape): JsonObject {
  const { kind, replicas, strategy, maxUnavailable, maxSurge, partition, isOrdered, minReadySeconds } = shape;
  const given = {
    ...(maxUnavailable !== undefined && { maxUnavailable }),
    ...(maxSurge !== undefined && kind === 'Deployment' && { maxSurge }),
  };
  const daemon = { maxUnavailable: maxUnavailable === 0 ? 1 : (maxUnavailable ?? 1), maxSurge: 0 };
  const rollingUpdate = { Deployment: given, StatefulSet: { partition }, DaemonSet: daemon }[kind];
  const update = strategy === 'RollingUpdate' ? { type: strategy, rollingUpdate } : { type: strategy };
  return {
    ...(kind !== 'DaemonSet' && { replicas }),
    ...(kind === 'StatefulSet' && { podManagementPolicy: isOrdered ? 'OrderedReady' : 'Parallel' }),
    minReadySeconds,
    selector: { matchLabels: { app: APP } },
    template: templateOf(shape),
    [kind === 'Deployment' ? 'strategy' : 'updateStrategy']: update,
  };
}

function templateOf({ hasSidecar, endsAfterMs }: Shape): JsonObject {
  const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 5, failureThreshold: 1 };
  const own = { requests: { cpu: '300m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  const main = aContainer({ image: 'shop/cart:1', readinessProbe: probe, resources: own });
  const side = aContainer({ name: 'side', image: 'shop/side:1', resources: {} });
  const annotations = { 'behaviour.simulator/app': JSON.stringify({ endsAfterMs }) };
  const containers = hasSidecar ? [main, side] : [main];
  return { metadata: { labels: { app: APP }, annotations }, spec: { containers, terminationGracePeriodSeconds: 30 } };
}

function addBudget({ world }: Cluster, name: string, rule: JsonObject): void {
  const spec = { ...rule, selector: { matchLabels: { app: APP } } };
  world.objects.create('poddisruptionbudgets.policy', { metadata: { name, namespace: 'shop' }, spec });
}

/** The simulator keeps no count of quotas, so what is used is written as its controller would. */
function addQuota({ world }: Cluster, pods: number, used: number): void {
  const resource: ResourceName = 'resourcequotas';
  const status = { hard: { pods: String(Math.max(pods, used)) }, used: { pods: String(used) } };
  world.objects.create(resource, { metadata: { name: 'quota', namespace: 'shop' }, spec: { hard: status.hard } });
  world.objects.change({ resource, namespace: 'shop', name: 'quota' }, (draft) => Object.assign(draft, { status }));
}
