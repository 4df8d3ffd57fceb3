/** What a container's states tell about the runs that have ended. */
import { type Container, type ContainerState, conditionOf, type Pod } from '../../core/model/objects.ts';

/** A run that has ended. */
export type Exit = Extract<ContainerState, { is: 'terminated' }>;

/** The kubelet forgets a container's crashes after ten minutes of running (`MaxContainerBackOff` × 2, Kubernetes' pod lifecycle page). */
export const BACKOFF_RESET_MS = 10 * 60_000;
const SETTLED_MIN_MS = 2 * 60_000;
/** The kubelet's delays before a restart: none, then 10 s doubling up to 5 minutes. */
const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 5 * 60_000;

/** The newest run that has ended, as far as the kubelet still knows it. */
export function lastExit(container: Container): Exit | undefined {
  if (container.state.is === 'terminated') return container.state;
  return container.lastState?.is === 'terminated' ? container.lastState : undefined;
}

/** How many runs have ended: each restart followed one, and a container that does not run has ended once more. */
export function endedRuns(container: Container): number {
  const isDown = container.state.is === 'terminated' || (container.state.is === 'waiting' && container.lastState?.is === 'terminated');
  return container.restartCount + (isDown ? 1 : 0);
}

/** How long a run lasted, in milliseconds; undefined when the kubelet does not say, 0 for one that never started (StartError starts in 1970). */
export function lastedMs(exit: Exit): number | undefined {
  if (exit.startedAt === undefined || exit.finishedAt === undefined) return undefined;
  return exit.startedAt <= 0 ? 0 : Math.max(0, exit.finishedAt - exit.startedAt);
}

/**
 * Whether the container runs again for so long that its last exit says nothing any more: twice as long as the run before, at least two
 * and at most ten minutes. A container that never ended a run is settled.
 */
export function isSettled(container: Container, now: number): boolean {
  const exit = lastExit(container);
  if (!exit) return true;
  if (container.state.is !== 'running' || container.state.startedAt === undefined) return false;
  const wanted = Math.min(BACKOFF_RESET_MS, Math.max(SETTLED_MIN_MS, 2 * (lastedMs(exit) ?? BACKOFF_RESET_MS)));
  return now - container.state.startedAt >= wanted;
}

/**
 * An estimate of how long the container had run well before its first crash, in milliseconds: the pod's life up to the last exit, less what
 * its crashes and the kubelet's delays between them take. A container that never ended a run is 0.
 */
export function ranWellMs(pod: Pod, container: Container): number {
  const exit = lastExit(container);
  if (exit?.finishedAt === undefined) return 0;
  const runs = endedRuns(container);
  return Math.max(0, exit.finishedAt - startOf(pod) - runs * (lastedMs(exit) ?? 0) - backoffMs(runs - 1));
}

/** When the pod's containers could start: after its init containers, once it had a node. */
export function startOf(pod: Pod): number {
  const initialized = conditionOf(pod, 'Initialized');
  return Math.max(pod.startedAt ?? pod.meta.createdAt, initialized?.status === 'True' ? (initialized.changedAt ?? 0) : 0);
}

/** `exit code 137 (OOMKilled)`, as it stands in summaries. */
export function exitWords(exit: Exit): string {
  return `exit code ${exit.exitCode}${exit.reason ? ` (${exit.reason})` : ''}`;
}

function backoffMs(restarts: number): number {
  const delays = Array.from({ length: Math.max(0, restarts) }, (_, index) =>
    index === 0 ? 0 : Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (index - 1)),
  );
  return delays.reduce((sum, delay) => sum + delay, 0);
}
