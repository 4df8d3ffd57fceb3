import { type Container, conditionOf, type Pod } from '../../core/model/objects.ts';
import { defineContainerDetector } from '../define-container-detector.ts';
import { failureIn } from '../signs/certain-failure.ts';
import { BACKOFF_RESET_MS, exitWords, lastExit } from '../signs/exits.ts';
import { instant } from '../signs/words.ts';

/** Fires while a pod cannot start because one of its init containers (or a sidecar that must be up first) fails. */
export const initContainerFailing = defineContainerDetector({
  name: 'init-container-failing',
  looksAtFailedPods: true,
  look(container, { pod, timeline }) {
    if (container.role === 'main' || conditionOf(pod, 'Initialized')?.status === 'True') return undefined;
    if (pod.phase === 'Failed') return endedBy(container, pod, timeline.now);
    const failure = failureIn(container, pod, timeline.now);
    if (!failure) return undefined;
    if (failure.is === 'doubt') return { is: 'unknown', why: `${failure.words}; it runs at the moment` };
    return { is: 'firing', words: `the pod does not start: ${container.role} ${failure.words}`, score: 0.9 };
  },
});

/** Without restarts a failed init container fails the pod for good. */
function endedBy(container: Container, pod: Pod, now: number) {
  const exit = lastExit(container);
  if (!exit || exit.exitCode === 0 || container.role !== 'init' || pod.reason !== undefined) return undefined;
  if (now - (exit.finishedAt ?? 0) > BACKOFF_RESET_MS) return undefined;
  const words = `the pod failed: init container ${container.name} ended with ${exitWords(exit)} at ${instant(exit.finishedAt)}`;
  return { is: 'firing', words, score: 0.8 } as const;
}
