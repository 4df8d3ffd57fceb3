import type { ApiObject, World } from '../world.ts';
import { type Controller, runController } from './controllers/controller.ts';
import { daemonSetController } from './controllers/daemon-set.ts';
import { deploymentController } from './controllers/deployment.ts';
import { disruptionBudgetController } from './controllers/disruption-budget.ts';
import { garbageCollector } from './controllers/garbage-collector.ts';
import { horizontalPodAutoscalerController } from './controllers/horizontal-pod-autoscaler.ts';
import { jobController } from './controllers/job.ts';
import { namespaceController } from './controllers/namespace.ts';
import { nodeLifecycleController } from './controllers/node-lifecycle.ts';
import { replicaSetController } from './controllers/replica-set.ts';
import { statefulSetController } from './controllers/stateful-set.ts';
import { type Behaviours, createBehaviours } from './kubelet/behaviour.ts';
import { hostIp, type Kubelet, startKubelet } from './kubelet/kubelet.ts';
import { type NodeShape, nodeOf, postNodeStatus, renewNodeLease } from './kubelet/node-status.ts';
import { keyOf } from './pods.ts';
import { scheduler } from './scheduler/scheduler.ts';

/** The modelled cluster on a world: its nodes, and what controls it. */
export interface Cluster {
  readonly world: World;
  readonly behaviours: Behaviours;
  /** Adds a machine with its kubelet, ready at once. */
  addNode(shape: NodeShape): ApiObject;
  /** The node goes silent: nothing on it is heard of, or obeys, until `raiseNode`. */
  dropNode(name: string): void;
  raiseNode(name: string): void;
  /** The kubelet says that it is short of something (`MemoryPressure`, `DiskPressure`, `PIDPressure`), or no longer so. */
  press(name: string, pressure: string, isOn: boolean): void;
  /** Ends a pod as its kubelet does under pressure. */
  evictPod(pod: ApiObject, message: string): void;
  stop(): void;
}

const controllers: readonly ((world: World) => Controller)[] = [
  deploymentController,
  replicaSetController,
  statefulSetController,
  daemonSetController,
  jobController,
  disruptionBudgetController,
  horizontalPodAutoscalerController,
  garbageCollector,
  namespaceController,
  nodeLifecycleController,
  scheduler,
];

const HEARTBEAT_MS = 10_000;
const STATUS_MS = 5 * 60_000;

/** Starts the scheduler, the controllers and the kubelets of all nodes that stand in the world already. */
export function startCluster(world: World): Cluster {
  const behaviours = createBehaviours();
  const running = controllers.map((make) => runController(world, make(world)));
  const machines = createMachines(world, behaviours);
  const kubeletFor = (pod: ApiObject) => machines.find(String(pod.spec?.nodeName))?.kubelet;
  world.connectKubelets({
    logs: (pod, container, isPrevious) => kubeletFor(pod)?.logs(pod, container, isPrevious),
    podUsage: (pod) => kubeletFor(pod)?.usage(pod),
    nodeUsage: (node) => nodeUsage(world, node, machines.find(node.metadata.name)?.kubelet),
  });
  for (const node of world.objects.list('nodes')) machines.join(node.metadata.name);

  return {
    world,
    behaviours,
    addNode(shape) {
      const node = world.objects.create('nodes', nodeOf(shape, hostIp(machines.count() + 1)));
      machines.join(shape.name);
      return world.objects.get(keyOf('nodes', node)) ?? node;
    },
    dropNode: (name) => machines.need(name).kubelet.goDown(),
    raiseNode(name) {
      machines.need(name).kubelet.comeUp();
      renewNodeLease(world, name);
      machines.post(name);
    },
    press(name, pressure, isOn) {
      const { pressures } = machines.need(name);
      if (isOn) pressures.add(pressure);
      else pressures.delete(pressure);
      machines.post(name);
    },
    evictPod: (pod, message) => kubeletFor(pod)?.workerOf(pod)?.evict(message),
    stop() {
      for (const stopOne of running) stopOne();
      machines.stop();
    },
  };
}

interface Machine {
  readonly kubelet: Kubelet;
  readonly pressures: Set<string>;
  stop(): void;
}

/** The machines of the cluster, each with its kubelet. */
function createMachines(world: World, behaviours: Behaviours) {
  const machines = new Map<string, Machine>();
  function post(name: string): void {
    const node = world.objects.get({ resource: 'nodes', namespace: '', name });
    const known = machines.get(name);
    if (node && known?.kubelet.isUp()) postNodeStatus(world, node, known.pressures);
  }
  return {
    post,
    count: () => machines.size,
    find: (name: string) => machines.get(name),
    need(name: string): Machine {
      const known = machines.get(name);
      if (!known) throw new Error(`there is no node '${name}': the nodes are ${[...machines.keys()].join(', ')}`);
      return known;
    },
    join(name: string) {
      const kubelet = startKubelet({ world, behaviours, nodeName: name, number: machines.size + 1 });
      machines.set(name, { kubelet, pressures: new Set(), stop: beat(world, kubelet, () => post(name)) });
      post(name);
    },
    stop() {
      for (const machine of machines.values()) machine.stop();
    },
  };
}

/** The kubelet's heartbeat: its Lease every 10 s, its whole status every 5 minutes. */
function beat(world: World, kubelet: Kubelet, post: () => void): () => void {
  let cancel = () => {};
  let postedAt = world.clock.now();
  function once(): void {
    const now = world.clock.now();
    if (kubelet.isUp()) renewNodeLease(world, kubelet.nodeName);
    if (kubelet.isUp() && now - postedAt >= STATUS_MS) {
      postedAt = now;
      post();
    }
    cancel = world.clock.schedule(now + HEARTBEAT_MS, once);
  }
  once();
  return () => {
    cancel();
    kubelet.stop();
  };
}

function nodeUsage(world: World, node: ApiObject, kubelet: Kubelet | undefined) {
  if (!kubelet?.isUp()) return undefined;
  const pods = world.objects.list('pods').filter((pod) => pod.spec?.nodeName === node.metadata.name);
  const used = pods.flatMap((pod) => kubelet.usage(pod) ?? []);
  return {
    cpuMillicores: used.reduce((sum, one) => sum + one.cpuMillicores, 50),
    memoryBytes: used.reduce((sum, one) => sum + one.memoryBytes, 512 * 2 ** 20),
  };
}
