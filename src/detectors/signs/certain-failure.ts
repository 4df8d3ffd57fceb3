import type { Container, Pod } from '../../core/model/objects.ts';
import { exitWords, isSettled, lastExit } from './exits.ts';
import { instant, oneLine } from './words.ts';

/** A container that cannot come up as it is, in words; `doubt` when it runs at the moment after crashes that are too recent to forget. */
export interface ContainerFailure {
  readonly is: 'certain' | 'doubt';
  readonly container: Container;
  readonly words: string;
}

/** Waiting reasons that a kubelet gives once it has tried, with how long after the pod's start they are believed: the first try may lose a race. */
const failedWaits: Readonly<Record<string, number>> = {
  CrashLoopBackOff: 0,
  ImagePullBackOff: 0,
  InvalidImageName: 0,
  ErrImagePull: 30_000,
  ErrImageNeverPull: 30_000,
  CreateContainerConfigError: 30_000,
  CreateContainerError: 30_000,
  RunContainerError: 30_000,
};
const CRASHES_NOT_BY_CHANCE = 2;

/** The first container (of any role) that keeps the pod from coming up; a certain failure before a doubtful one. */
export function failureOf(pod: Pod, now: number): ContainerFailure | undefined {
  const failures = pod.containers.flatMap((container) => failureIn(container, pod, now) ?? []);
  return failures.find((failure) => failure.is === 'certain') ?? failures[0];
}

/** Why this one container cannot come up, if it is so. */
export function failureIn(container: Container, pod: Pod, now: number): ContainerFailure | undefined {
  const { state } = container;
  const startedAt = pod.startedAt ?? pod.meta.createdAt;
  if (state.is === 'waiting' && state.reason !== undefined) {
    const believedAfterMs = failedWaits[state.reason];
    if (believedAfterMs !== undefined && now - startedAt >= believedAfterMs)
      return { is: 'certain', container, words: waitWords(container) };
  }
  const exit = lastExit(container);
  if (!exit || exit.exitCode === 0 || container.restartCount < CRASHES_NOT_BY_CHANCE || isSettled(container, now)) return undefined;
  const words = `container ${container.name} was restarted ${container.restartCount} times, last ${exitWords(exit)} at ${instant(exit.finishedAt)}`;
  return { is: state.is === 'running' ? 'doubt' : 'certain', container, words };
}

function waitWords(container: Container): string {
  if (container.state.is !== 'waiting') return '';
  const { reason, message } = container.state;
  const exit = lastExit(container);
  if (reason === 'CrashLoopBackOff')
    return `container ${container.name} is in CrashLoopBackOff after ${container.restartCount} restarts${exit ? `, last ${exitWords(exit)} at ${instant(exit.finishedAt)}` : ''}`;
  return `container ${container.name} (image ${container.image}) waits with ${reason}${message ? `: ${oneLine(message)}` : ''}`;
}
