import type { Container } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import type { Place } from '../define-container-detector.ts';
import { containerEvents } from './container-events.ts';
import { type Exit, lastExit } from './exits.ts';

/** Reasons by which a container runtime says that the process could not be started at all. */
const startFailures = ['StartError', 'ContainerCannotRun'];

/**
 * What ended a run, as far as the cluster proves it: the kernel for want of memory, the kubelet for a failed probe, a command that cannot be
 * started, else the process itself. Exit code 137 alone proves a SIGKILL and nothing about its sender.
 */
export function exitCause(exit: Exit, container: Container, place: Place): 'memory' | 'probe' | 'start' | 'process' {
  if (exit.reason === 'OOMKilled') return 'memory';
  if (exit.reason !== undefined && startFailures.includes(exit.reason)) return 'start';
  return probeKill(container, place) ? 'probe' : 'process';
}

/** The kubelet's event that it killed the container's last run for a failed liveness or startup probe. */
export function probeKill(container: Container, place: Place): ClusterEvent | undefined {
  const exit = lastExit(container);
  if (!exit) return undefined;
  const { startedAt = Number.NEGATIVE_INFINITY, finishedAt = Number.POSITIVE_INFINITY } = exit;
  return containerEvents(container, place, ['Killing'])
    .filter((event) => /failed (liveness|startup) probe/.test(event.message))
    .findLast((event) => event.at > startedAt && event.firstAt <= finishedAt);
}
