import type { Container } from '../../core/model/objects.ts';
import { defineContainerDetector, type Place, type Sign } from '../define-container-detector.ts';
import { containerEvents } from '../signs/container-events.ts';
import { exitCause } from '../signs/exit-cause.ts';
import { BACKOFF_RESET_MS, type Exit, endedRuns, exitWords, isSettled, lastExit, lastedMs } from '../signs/exits.ts';
import { duration, instant } from '../signs/words.ts';

/** So many runs that ended soon are a loop. */
const LOOP_RUNS = 3;

/**
 * Fires while a container that ends by itself is started again and again: CrashLoopBackOff, or (Kubernetes from 1.35 on mostly shows
 * `terminated`) three short runs, or two and a back-off event. A running spell between two crashes is unknown.
 */
export const crashLoop = defineContainerDetector({
  name: 'crash-loop',
  look(container, place) {
    const exit = lastExit(container);
    if (!exit) return withoutExit(container);
    if (!isStartedAgainAfter(exit, container, place) || exitCause(exit, container, place) !== 'process') return undefined;
    return container.state.is === 'running' ? spell(exit, container, place) : downtime(exit, container, place);
  },
});

function withoutExit(container: Container): Sign | undefined {
  if (container.state.is !== 'waiting' || container.state.reason !== 'CrashLoopBackOff') return undefined;
  return { is: 'firing', words: `container ${container.name} is in CrashLoopBackOff; how it ended is not known`, score: 0.7 };
}

function downtime(exit: Exit, container: Container, place: Place): Sign | undefined {
  const isBackingOff = container.state.is === 'waiting' && container.state.reason === 'CrashLoopBackOff';
  if (!isBackingOff && !(container.state.is === 'terminated' && isLoop(exit, container, place))) return undefined;
  const backOff = backOffEvent(container, place);
  const score = Math.min(1, 0.5 + 0.1 * endedRuns(container));
  return { is: 'firing', words: words(container, exit), score, evidence: backOff ? [backOff.id] : [] };
}

/** Even after a single short run the next one proves nothing until it has lasted. */
function spell(exit: Exit, container: Container, place: Place): Sign | undefined {
  if (!isShort(exit) || isSettled(container, place.timeline.now)) return undefined;
  return { is: 'unknown', why: `${words(container, exit)}; it runs again, but not for long enough to tell` };
}

function isLoop(exit: Exit, container: Container, place: Place): boolean {
  return isShort(exit) && (endedRuns(container) >= LOOP_RUNS || backOffEvent(container, place) !== undefined);
}

function isShort(exit: Exit): boolean {
  return (lastedMs(exit) ?? 0) < BACKOFF_RESET_MS;
}

function isStartedAgainAfter(exit: Exit, container: Container, { pod }: Place): boolean {
  if (container.role === 'sidecar') return true;
  if (container.role === 'init') return exit.exitCode !== 0 && pod.restartPolicy !== 'Never';
  return pod.restartPolicy === 'Always' || (pod.restartPolicy === 'OnFailure' && exit.exitCode !== 0);
}

function backOffEvent(container: Container, place: Place) {
  return containerEvents(container, place, ['BackOff']).findLast(
    (event) => event.message.startsWith('Back-off restarting') && place.timeline.now - event.at <= BACKOFF_RESET_MS,
  );
}

function words(container: Container, exit: Exit): string {
  const lasted = lastedMs(exit);
  const run = lasted === undefined ? '' : ` after ${duration(lasted)}`;
  const state = container.state.is === 'waiting' ? ` and waits in ${container.state.reason}` : '';
  return `container ${container.name} has ended ${endedRuns(container)} times, last${run} with ${exitWords(exit)} at ${instant(exit.finishedAt)}${state}`;
}
