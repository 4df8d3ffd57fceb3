import { objectsAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';
import { hasEnded, keyOf } from '../pods.ts';
import { type Container, containersOf } from './container.ts';
import { advance, graceMs, kill, nextDue, stop } from './life.ts';
import { exitCodeOf, isInitialized, phaseBy, podStatus } from './pod-status.ts';
import { missingVolumes } from './references.ts';
import { type Scene, sayOf } from './scene.ts';

const FIRST_STATUS_MS = 150;
const SANDBOX_MS = 900;
const FIRST_MOUNT_RETRY_MS = 500;
const LONGEST_MOUNT_RETRY_MS = 122_000;
const REMOVAL_MS = 200;

/** Cares for one pod on its node, from binding to removal. */
export interface PodWorker {
  readonly containers: readonly Container[];
  /** The pod has changed, or a behaviour has, or the node is back: looks at once. */
  look(): void;
  /** Ends the pod as the kubelet does under pressure: phase Failed, reason Evicted. */
  evict(message: string): void;
  /** Does nothing until it is told to look (the node is dead). */
  pause(): void;
  /** Looks no more: the pod is gone. */
  stop(): void;
}

/** What a worker remembers. Mutable, and seen by nobody else. */
interface Care {
  readonly scene: Scene;
  readonly containers: readonly Container[];
  readonly hostIp: string;
  readonly startedAt: number;
  sandboxAt: number;
  mountRetryMs: number;
  hasSandbox: boolean;
  eviction: string | undefined;
  isGone: boolean;
  cancel: () => void;
}

/** Starts to care for a pod. `hostIp` is its node's address. */
export function startPodWorker(scene: Scene, hostIp: string): PodWorker {
  const startedAt = scene.world.clock.now();
  const containers = containersOf(scene.pod());
  const care: Care = {
    ...{ scene, containers, hostIp, startedAt },
    sandboxAt: startedAt + SANDBOX_MS,
    mountRetryMs: FIRST_MOUNT_RETRY_MS,
    hasSandbox: false,
    eviction: undefined,
    isGone: false,
    cancel: () => {},
  };
  wakeAt(care, startedAt + FIRST_STATUS_MS);
  return {
    containers,
    look: () => wakeAt(care, scene.world.clock.now()),
    evict: (message) => evict(care, message),
    pause: () => care.cancel(),
    stop() {
      care.isGone = true;
      care.cancel();
    },
  };
}

function publish({ scene, containers, hasSandbox, startedAt, hostIp, eviction }: Care): void {
  const facts = { containers, hasSandbox, startedAt, podIp: scene.podIp, hostIp, ...(eviction !== undefined && { eviction }) };
  const edit = (draft: ApiObject) => {
    draft.status = podStatus(draft, facts, scene.world.clock.now());
  };
  scene.world.objects.change(keyOf('pods', scene.pod()), edit, { subresource: 'status', fieldManager: 'kubelet' });
}

function wakeAt(care: Care, at: number): void {
  care.cancel();
  if (at < Number.POSITIVE_INFINITY) care.cancel = care.scene.world.clock.schedule(at, () => work(care));
}

function work(care: Care): void {
  const { scene, containers } = care;
  if (care.isGone || !scene.world.objects.get(keyOf('pods', scene.pod()))) return;
  adoptSpec(scene.pod(), containers);
  if (scene.pod().metadata.deletionTimestamp !== undefined) terminate(care);
  else if (!hasEnded(scene.pod())) keep(care);
}

function keep(care: Care): void {
  const { scene, containers } = care;
  makeSandbox(care);
  if (care.hasSandbox) for (const container of dueContainers(containers)) advance(scene, container);
  endSidecars(scene, containers);
  publish(care);
  const due = care.hasSandbox ? Math.min(...dueContainers(containers).map(nextDue)) : care.sandboxAt;
  wakeAt(care, Math.max(due, scene.world.clock.now() + 1));
}

/** The pod's sandbox comes after a moment, once all of its volumes can be mounted. */
function makeSandbox(care: Care): void {
  const { scene } = care;
  const now = scene.world.clock.now();
  if (care.hasSandbox || now < care.sandboxAt) return;
  const [first] = missingVolumes(scene.world, scene.pod());
  if (!first) {
    care.hasSandbox = true;
    return;
  }
  const message = `MountVolume.SetUp failed for volume "${first.name}" : ${first.message}`;
  scene.events.say(scene.pod(), { type: 'Warning', reason: 'FailedMount', message });
  care.sandboxAt = now + care.mountRetryMs;
  care.mountRetryMs = Math.min(LONGEST_MOUNT_RETRY_MS, care.mountRetryMs * 2);
}

function terminate(care: Care): void {
  const { scene, containers } = care;
  const { clock, objects } = scene.world;
  const isOver = hasEnded(scene.pod());
  for (const container of containers) quit(scene, container);
  if (!isOver) publish(care);
  const open = containers.filter((one) => one.stage !== 'done');
  if (open.length > 0) {
    wakeAt(care, Math.max(clock.now() + 1, Math.min(...open.map(nextDue))));
    return;
  }
  care.cancel();
  care.cancel = clock.schedule(clock.now() + REMOVAL_MS, () => {
    const key = keyOf('pods', scene.pod());
    if (objects.get(key)) objects.remove(key, { graceSeconds: 0 });
  });
}

function evict(care: Care, message: string): void {
  const { scene, containers } = care;
  care.eviction = message;
  care.hasSandbox = false;
  for (const one of containers) {
    if (one.stage === 'running') kill(scene, one);
    Object.assign(one, { stage: 'done', ready: false, started: false });
  }
  scene.events.say(scene.pod(), { type: 'Warning', reason: 'Evicted', message });
  publish(care);
  care.cancel();
}

/** A resize changes resources in place. */
function adoptSpec(pod: ApiObject, containers: readonly Container[]): void {
  const specs = [...objectsAt(pod.spec, 'initContainers'), ...objectsAt(pod.spec, 'containers')];
  for (const container of containers) container.spec = specs.find((spec) => spec.name === container.name) ?? container.spec;
}

/** Those that may run now: one init container after the other, then all main ones; sidecars go on. */
function dueContainers(containers: readonly Container[]): readonly Container[] {
  if (isInitialized(containers)) return containers.filter((one) => one.role !== 'init');
  const inits = containers.filter((one) => one.role !== 'main');
  const current = inits.findIndex((one) => (one.role === 'init' ? one.stage !== 'done' : !one.started && one.restartCount === 0));
  const failed = inits.some((one) => one.role === 'init' && one.stage === 'done' && exitCodeOf(one) !== 0);
  return failed ? [] : inits.slice(0, current + 1).filter((one) => one.stage !== 'done');
}

/** Sidecars end when the main containers have. */
function endSidecars(scene: Scene, containers: readonly Container[]): void {
  const phase = phaseBy({ containers });
  if (phase !== 'Succeeded' && phase !== 'Failed') return;
  for (const sidecar of containers.filter((one) => one.role === 'sidecar' && one.stage === 'running')) stop(scene, sidecar, 0);
}

function quit(scene: Scene, container: Container): void {
  if (container.stage === 'running') {
    sayOf(scene, container, ['Normal', 'Killing', `Stopping container ${container.name}`]);
    stop(scene, container, graceMs(scene));
  } else if (container.stage === 'ending') advance(scene, container);
  else container.stage = 'done';
}
