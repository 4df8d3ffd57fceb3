import { textAt } from '../../json.ts';
import type { ApiObject, Change, ContainerUsage, LogLine, World } from '../../world.ts';
import { eventRecorder } from '../event-recorder.ts';
import { keyOf } from '../pods.ts';
import { isObjectOf } from '../same-object.ts';
import type { Behaviours } from './behaviour.ts';
import { memoryAt } from './container.ts';
import { type PodWorker, startPodWorker } from './pod-worker.ts';
import type { Scene } from './scene.ts';

/** The agent of one node: runs the pods that are bound to it. */
export interface Kubelet {
  readonly nodeName: string;
  /** Whether it works and is heard of. */
  isUp(): boolean;
  /** Stops all that it does, as when the machine lost its power or its network; what was written of it stays. */
  goDown(): void;
  /** Works again. */
  comeUp(): void;
  logs(pod: ApiObject, container: string, isPrevious: boolean): readonly LogLine[] | undefined;
  usage(pod: ApiObject): readonly ContainerUsage[] | undefined;
  /** The worker of a pod, while there is one. */
  workerOf(pod: ApiObject): PodWorker | undefined;
  stop(): void;
}

/** What a kubelet is started with; `number` makes the addresses of its node and pods. */
export interface KubeletParts {
  readonly world: World;
  readonly behaviours: Behaviours;
  readonly nodeName: string;
  readonly number: number;
}

/** Starts the kubelet of a node, which must be in the world. */
export function startKubelet(parts: KubeletParts): Kubelet {
  const { world, behaviours, nodeName } = parts;
  const workers = podWorkers(parts);
  let isUp = true;
  const stopWatching = world.objects.onChange((change) => {
    const { type, object } = change;
    if (change.resource !== 'pods' || textAt(object.spec, 'nodeName') !== nodeName) return;
    if (type === 'DELETED') workers.drop(object);
    else if (isUp) workers.take(object);
    if (isUp && type === 'MODIFIED' && isNews(change)) workers.of(object)?.look();
  });
  const lookAtAll = () => {
    if (isUp) for (const worker of workers.all()) worker.look();
  };
  const stopHearing = behaviours.onChange(lookAtAll);
  function comeUp(): void {
    isUp = true;
    for (const pod of world.objects.list('pods')) if (textAt(pod.spec, 'nodeName') === nodeName) workers.take(pod);
    lookAtAll();
  }
  comeUp();

  return {
    nodeName,
    isUp: () => isUp,
    comeUp,
    goDown() {
      isUp = false;
      for (const worker of workers.all()) worker.pause();
    },
    workerOf: workers.of,
    logs: (pod, name, isPrevious) => logsOf(workers.of(pod), name, isPrevious),
    usage: (pod) => usageOf(workers.of(pod), world.clock.now()),
    stop() {
      stopWatching();
      stopHearing();
      for (const worker of workers.all()) worker.stop();
    },
  };
}

/** Whether the pod changed in what its worker must heed: its spec or its deletion. */
function isNews({ before, object }: Change): boolean {
  const heeded = ({ spec, metadata }: ApiObject) => JSON.stringify([spec, metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds]);
  return before !== undefined && heeded(before) !== heeded(object);
}

/** The workers of a node, by the uid of their pod. */
function podWorkers({ world, behaviours, nodeName, number }: KubeletParts) {
  const workers = new Map<string, PodWorker>();
  const images = new Set<string>();
  const events = eventRecorder(world, 'kubelet', nodeName);
  let pods = 0;
  function sceneOf(first: ApiObject): Scene {
    pods += 1;
    const podIp = `10.${128 + number}.${Math.floor(pods / 250)}.${(pods % 250) + 2}`;
    const pod = () => world.objects.get(keyOf('pods', first)) ?? first;
    return { world, events, behaviours, nodeName, podIp, images, pod: () => (isObjectOf(pod(), first) ? pod() : first) };
  }
  return {
    all: () => workers.values(),
    of: (pod: ApiObject) => workers.get(pod.metadata.uid),
    take(pod: ApiObject) {
      const { uid } = pod.metadata;
      if (!workers.has(uid)) workers.set(uid, startPodWorker(sceneOf(pod), hostIp(number)));
    },
    drop(pod: ApiObject) {
      workers.get(pod.metadata.uid)?.stop();
      workers.delete(pod.metadata.uid);
    },
  };
}

function logsOf(worker: PodWorker | undefined, name: string, isPrevious: boolean): readonly LogLine[] | undefined {
  const container = worker?.containers.find((one) => one.name === name);
  if (!container || container.containerId === undefined) return undefined;
  return isPrevious ? container.previousLogs : container.logs;
}

function usageOf(worker: PodWorker | undefined, now: number): readonly ContainerUsage[] | undefined {
  const running = worker?.containers.filter((one) => one.stage === 'running');
  if (!running || running.length === 0) return undefined;
  return running.map((one) => ({
    name: one.name,
    cpuMillicores: one.behaviour.cpuMillicores ?? 1,
    memoryBytes: Math.round(memoryAt(one, now)),
  }));
}

/** The address of the node with this number. */
export function hostIp(number: number): string {
  return `10.99.0.${number + 1}`;
}
