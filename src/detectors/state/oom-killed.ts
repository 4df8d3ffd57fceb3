import { defineContainerDetector } from '../define-container-detector.ts';
import { BACKOFF_RESET_MS, endedRuns, exitWords, isSettled, lastExit } from '../signs/exits.ts';
import { bytes, instant } from '../signs/words.ts';

/** Fires from the moment a container was killed for want of memory (reason OOMKilled, never the exit code) until it has run well again for long enough. */
export const oomKilled = defineContainerDetector({
  name: 'oom-killed',
  looksAtFailedPods: true,
  look(container, { pod, timeline }) {
    const exit = lastExit(container);
    if (exit?.reason !== 'OOMKilled' || isSettled(container, timeline.now)) return undefined;
    const isOver = pod.phase === 'Failed' && timeline.now - (exit.finishedAt ?? 0) > BACKOFF_RESET_MS;
    if (isOver) return undefined;
    const limit = container.limits.memoryBytes;
    const allowed = limit === undefined ? 'no memory limit of its own' : `memory limit ${bytes(limit)}`;
    const words = `container ${container.name} was killed for want of memory at ${instant(exit.finishedAt)}: ${exitWords(exit)}, ${allowed}, ${container.restartCount} restarts`;
    return { is: 'firing', words, score: Math.min(1, 0.7 + 0.1 * endedRuns(container)) };
  },
});
