import type { Container, ContainerState, Pod } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import type { Ailment } from './ailment.ts';
import { imageFaultOf } from './image-fault.ts';
import { mebibytes, oneLine, span } from './words.ts';

type Exit = Extract<ContainerState, { is: 'terminated' }>;

const configurationReasons: readonly string[] = ['CreateContainerConfigError', 'CreateContainerError', 'PreCreateHookError'];
const startReasons: readonly string[] = ['RunContainerError', 'StartError', 'ContainerCannotRun', 'PreStartHookError'];
/** The kubelet forgets crashes after ten minutes of running (Kubernetes' pod lifecycle page). */
const SETTLED_MS = 10 * 60_000;
/** One restart may be chance. */
const RESTARTS = 2;
/** What explains more stands first: a pod that cannot have its image says nothing else. */
const order: readonly Ailment['is'][] = ['image', 'configuration', 'start', 'memory', 'hang', 'crash'];

/** What ails the containers of a pod: of several ailments the one that explains most. `events` are those about the pod. */
export function containerAilment(pod: Pod, events: readonly ClusterEvent[], now: number): Ailment | undefined {
  const found = pod.containers.flatMap((container) => ailmentIn(container, { pod, events, now }) ?? []);
  return found.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is))[0];
}

interface Place {
  readonly pod: Pod;
  readonly events: readonly ClusterEvent[];
  readonly now: number;
}

function ailmentIn(container: Container, place: Place): Ailment | undefined {
  const image = imageFaultOf(container);
  if (image) return { is: 'image', container, ...image };
  return waitAilment(container) ?? exitAilment(container, place);
}

function waitAilment(container: Container): Ailment | undefined {
  const { state, name } = container;
  if (state.is !== 'waiting' || state.reason === undefined) return undefined;
  const words = `container ${name} waits with ${state.reason}: ${oneLine(state.message) || 'no message'}`;
  if (startReasons.includes(state.reason)) return { is: 'start', container, words };
  return configurationReasons.includes(state.reason) ? { is: 'configuration', names: namesIn(state.message ?? ''), words } : undefined;
}

/** `configmap "a" not found`, `couldn't find key b in ConfigMap shop/a`: a, or b and a. */
function namesIn(message: string): string[] {
  const objects = [...message.matchAll(/(?:configmap|secret) "([^"]+)" not found/gi)].map(([, name = '']) => name);
  const [, key, object] = /find key (\S+) in (?:ConfigMap|Secret) [^/\s]+\/(\S+)/i.exec(message) ?? [];
  return key !== undefined && object !== undefined ? [...objects, object, key] : objects;
}

function exitAilment(container: Container, place: Place): Ailment | undefined {
  const exit = lastExit(container);
  if (!exit || isOver(container, exit, place)) return undefined;
  const ranMs = exit.startedAt === undefined || exit.finishedAt === undefined ? undefined : Math.max(0, exit.finishedAt - exit.startedAt);
  const ran = ranMs === undefined || (exit.startedAt ?? 0) <= 0 ? '' : `, the last time after ${span(ranMs)}`;
  const again = `${container.restartCount} restarts${ran}`;
  if (exit.reason !== undefined && startReasons.includes(exit.reason))
    return { is: 'start', container, words: `container ${container.name} cannot be started: ${oneLine(exit.message) || exit.reason}` };
  if (exit.reason === 'OOMKilled') return { is: 'memory', container, ranMs, words: memoryWords(container, again) };
  if (isProbeKill(container, exit, place))
    return { is: 'hang', container, words: `container ${container.name} is killed for failing its probe (${again})` };
  const code = `exit code ${exit.exitCode}${exit.reason ? ` (${exit.reason})` : ''}`;
  const said = exit.message ? `: ${oneLine(exit.message)}` : '';
  return { is: 'crash', container, words: `container ${container.name} ends with ${code} (${again})${said}` };
}

function memoryWords({ name, limits }: Container, again: string): string {
  const limit = limits.memoryBytes === undefined ? 'without a memory limit of its own' : `at its limit of ${mebibytes(limits.memoryBytes)}`;
  return `container ${name} is OOM killed ${limit} (${again})`;
}

function lastExit({ state, lastState }: Container): Exit | undefined {
  if (state.is === 'terminated') return state;
  return lastState?.is === 'terminated' ? lastState : undefined;
}

/** Exits that were meant, that were one alone, or that lie behind a run which has held. */
function isOver(container: Container, exit: Exit, { pod, now }: Place): boolean {
  if (exit.exitCode === 0 && (container.role === 'init' || pod.restartPolicy !== 'Always')) return true;
  if (container.state.is !== 'running') return false;
  const { startedAt } = container.state;
  const isSettled = startedAt !== undefined && now - startedAt >= SETTLED_MS;
  return isSettled || (container.restartCount < RESTARTS && exit.reason !== 'OOMKilled');
}

/** The kubelet's own event proves the kill; an exit code never does. */
function isProbeKill({ name }: Container, { startedAt = 0, finishedAt = Number.POSITIVE_INFINITY }: Exit, { events }: Place): boolean {
  return events.some(
    (event) =>
      event.reason === 'Killing' &&
      event.fieldPath?.endsWith(`{${name}}`) === true &&
      /failed (liveness|startup) probe/.test(event.message) &&
      event.at >= startedAt &&
      event.firstAt <= finishedAt,
  );
}
