import { type JsonObject, numberAt, objectAt, objectsAt } from '../../json.ts';
import type { ApiObject, LogLine } from '../../world.ts';
import { quantityOf } from '../quantity.ts';
import type { Behaviour } from './behaviour.ts';

/** What a probe has seen lately. */
export interface ProbeRecord {
  dueAt: number;
  good: number;
  bad: number;
}

/** Where a container stands between two looks of its kubelet. */
export type Stage =
  | 'new'
  | 'pulling'
  | 'pull-failed'
  | 'pull-backing-off'
  | 'config-error'
  | 'running'
  | 'ending'
  | 'ended'
  | 'backing-off'
  | 'done';

/**
 * One container of a pod as its kubelet knows it. Mutable on purpose: it is the kubelet's memory and is seen by nobody else; what others
 * see is written to the pod's status.
 */
export interface Container {
  readonly name: string;
  readonly role: 'init' | 'sidecar' | 'main';
  spec: JsonObject;
  behaviour: Behaviour;
  stage: Stage;
  /** When the stage is to be looked at again; Infinity: not by time. */
  dueAt: number;
  /** Until when the back-off (of restarts or pulls) lasts. */
  waitUntil: number;
  state: JsonObject;
  lastState: JsonObject;
  restartCount: number;
  containerId: string | undefined;
  startedAt: number;
  started: boolean;
  ready: boolean;
  probes: { readiness?: ProbeRecord; liveness?: ProbeRecord; startup?: ProbeRecord };
  /** The restart back-off: its length and when it was last raised. */
  backOff: { ms: number; at: number } | undefined;
  /** When it ended before the present instance: a kill by a probe counts the back-off from there. */
  endedBefore: number | undefined;
  pullBackOffMs: number;
  /** How it will end when `stage` is `ending`. */
  exit: { code: number; reason: string } | undefined;
  logs: LogLine[];
  previousLogs: LogLine[] | undefined;
}

/** The containers of a pod before anything was done: init containers and sidecars first. */
export function containersOf(pod: ApiObject): Container[] {
  const inits = objectsAt(pod.spec, 'initContainers').map((spec) =>
    newContainer(spec, spec.restartPolicy === 'Always' ? 'sidecar' : 'init'),
  );
  return [...inits, ...objectsAt(pod.spec, 'containers').map((spec) => newContainer(spec, 'main'))];
}

function newContainer(spec: JsonObject, role: Container['role']): Container {
  return {
    name: String(spec.name),
    role,
    spec,
    behaviour: {},
    stage: 'new',
    dueAt: Number.POSITIVE_INFINITY,
    waitUntil: 0,
    state: {},
    lastState: {},
    restartCount: 0,
    containerId: undefined,
    startedAt: 0,
    started: false,
    ready: false,
    probes: {},
    backOff: undefined,
    endedBefore: undefined,
    pullBackOffMs: 0,
    exit: undefined,
    logs: [],
    previousLogs: undefined,
  };
}

/** What the container's status fields path says in events: `spec.containers{app}`. */
export function fieldPathOf({ name, role }: Container): string {
  return role === 'main' ? `spec.containers{${name}}` : `spec.initContainers{${name}}`;
}

/** Bytes that a small program uses when nothing is said. */
const SMALL_BYTES = 16 * 2 ** 20;

/** What the container's memory will be at an instant of its present life. */
export function memoryAt({ behaviour, startedAt }: Container, at: number): number {
  const leaksFrom = Math.max(startedAt, behaviour.leaksFrom ?? startedAt);
  const leaked = ((behaviour.leakBytesPerSecond ?? 0) * Math.max(0, at - leaksFrom)) / 1_000;
  const base = behaviour.memoryBytes ?? SMALL_BYTES;
  return Math.max(base, Math.min(base + leaked, behaviour.fillsUpToBytes ?? Number.POSITIVE_INFINITY));
}

/** The memory limit in bytes; Infinity without one. */
export function memoryLimitOf({ spec }: Container): number {
  const limit = objectAt(spec, 'resources', 'limits').memory;
  return limit === undefined ? Number.POSITIVE_INFINITY : quantityOf(limit);
}

/** When the memory reaches the limit: the kernel kills it then. Infinity: never. */
export function oomAt(container: Container): number {
  const { behaviour, startedAt } = container;
  const limit = memoryLimitOf(container);
  const base = behaviour.memoryBytes ?? SMALL_BYTES;
  if (base >= limit) return startedAt + 500;
  const rate = behaviour.leakBytesPerSecond ?? 0;
  if (rate <= 0 || limit === Number.POSITIVE_INFINITY || (behaviour.fillsUpToBytes ?? limit) < limit) return Number.POSITIVE_INFINITY;
  return Math.max(startedAt, behaviour.leaksFrom ?? startedAt) + ((limit - base) / rate) * 1_000;
}

/** When it ends by itself. */
export function exitAt({ behaviour, startedAt }: Container): number {
  return behaviour.exitAfterMs === undefined ? Number.POSITIVE_INFINITY : startedAt + behaviour.exitAfterMs;
}

/** Whether the program hangs at an instant: it neither answers nor heeds SIGTERM. */
export function hangs({ behaviour, startedAt }: Container, at: number): boolean {
  return behaviour.hangsAfterMs !== undefined && at >= startedAt + behaviour.hangsAfterMs;
}

/** The probe's setting, with Kubernetes' defaults; undefined when the container has no such probe. */
export function probeOf(container: Container, kind: keyof Container['probes']) {
  const spec = objectAt(container.spec, `${kind}Probe`);
  if (Object.keys(spec).length === 0) return undefined;
  return {
    spec,
    initialDelayMs: (numberAt(spec, 'initialDelaySeconds') ?? 0) * 1_000,
    periodMs: (numberAt(spec, 'periodSeconds') ?? 10) * 1_000,
    failureThreshold: numberAt(spec, 'failureThreshold') ?? 3,
    successThreshold: numberAt(spec, 'successThreshold') ?? 1,
    timeoutSeconds: numberAt(spec, 'timeoutSeconds') ?? 1,
  };
}
