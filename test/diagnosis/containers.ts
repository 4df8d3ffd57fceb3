/** What ails a container, as the kubelet writes it. */
import type { Container } from '../../src/core/model/objects.ts';
import { NOON } from '../fakes/object-meta.ts';

/** Waiting, never started. */
export function waiting(reason: string, message = ''): Partial<Container> {
  return { ready: false, started: false, state: { is: 'waiting', reason, message } };
}

/** An image that cannot be pulled, in the words of containerd or Docker. */
export function noImage(image: string, why = `${image}: not found`): Partial<Container> {
  return { ...waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${why}`), image };
}

export interface CrashOptions {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly ranMs?: number;
  readonly restarts?: number;
  /** Shown as terminated, as newer kubelets mostly do, and not as CrashLoopBackOff. */
  readonly asTerminated?: true;
  /** Running again since so long, in milliseconds. */
  readonly againMs?: number;
  readonly agoMs?: number;
}

/** Crashed again and again, the last time a little while ago. */
export function crashing(options: CrashOptions = {}): Partial<Container> {
  const { exitCode = 1, reason = 'Error', message, ranMs = 1_000, restarts = 4, agoMs = 10_000 } = options;
  const finishedAt = NOON - agoMs - (options.againMs ?? 0);
  const exit = {
    is: 'terminated' as const,
    exitCode,
    reason,
    ...(message !== undefined && { message }),
    startedAt: finishedAt - ranMs,
    finishedAt,
  };
  const base = { restartCount: restarts, lastState: exit };
  if (options.asTerminated) return { ...base, ready: false, started: false, state: exit };
  if (options.againMs !== undefined) return { ...base, ready: true, state: { is: 'running', startedAt: NOON - options.againMs } };
  return { ...base, ready: false, started: false, state: { is: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off restarting' } };
}

/** Killed by the kernel at its limit. */
export function oomKilled(limitMiB: number, options: CrashOptions = {}): Partial<Container> {
  return {
    ...crashing({ exitCode: 137, reason: 'OOMKilled', ranMs: 5_000, ...options }),
    limits: { memoryBytes: limitMiB * 1024 ** 2 },
  };
}

/** Runs and does not answer its readiness probe. */
export function unready(forMs: number): Partial<Container> {
  return { ready: false, state: { is: 'running', startedAt: NOON - forMs } };
}
