import type { Container } from '../../core/model/objects.ts';
import { defineContainerDetector, type Place } from '../define-container-detector.ts';
import { exitCause } from '../signs/exit-cause.ts';
import { exitWords, lastExit } from '../signs/exits.ts';
import { instant, oneLine } from '../signs/words.ts';

/** What a container needs may be created a moment after it. */
const FIRST_TRY_MS = 30_000;
const reasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'PreCreateHookError', 'PreStartHookError'];

/** Fires while a container cannot be made or started as it is configured: a missing ConfigMap, Secret or key, a command that does not exist. */
export const containerConfigError = defineContainerDetector({
  name: 'container-config-error',
  look(container, place) {
    const words = waitWords(container) ?? startWords(container, place);
    if (words === undefined) return undefined;
    const startedAt = place.pod.startedAt ?? place.pod.meta.createdAt;
    if (place.timeline.now - startedAt < FIRST_TRY_MS) return { is: 'unknown', why: `${words}; the pod is too young to tell` };
    return { is: 'firing', words: `${words} (pod started ${instant(startedAt)})`, score: 0.95 };
  },
});

function waitWords(container: Container): string | undefined {
  const { state } = container;
  if (state.is !== 'waiting' || state.reason === undefined || !reasons.includes(state.reason)) return undefined;
  return `container ${container.name} waits with ${state.reason}: ${oneLine(state.message) || 'no message'}`;
}

function startWords(container: Container, place: Place): string | undefined {
  const exit = lastExit(container);
  if (!exit || container.state.is === 'running' || exitCause(exit, container, place) !== 'start') return undefined;
  return `container ${container.name} cannot be started, ${exitWords(exit)}: ${oneLine(exit.message) || 'no message'}`;
}
