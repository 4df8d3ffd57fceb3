import { defineContainerDetector } from '../define-container-detector.ts';
import { containerEvents } from '../signs/container-events.ts';
import { exitCause, probeKill } from '../signs/exit-cause.ts';
import { exitWords, isSettled, lastExit } from '../signs/exits.ts';
import { instant, oneLine } from '../signs/words.ts';

/** One kill may have mended it. */
const KILLS = 2;

/**
 * Fires when the kubelet has killed a container twice for its liveness or startup probe and it has not run well since for long enough. The
 * kubelet's Killing event proves it, an exit code never does; after a first kill the answer is unknown until the container has settled.
 */
export const livenessRestarts = defineContainerDetector({
  name: 'liveness-restarts',
  needsEvents: true,
  look(container, place) {
    const exit = lastExit(container);
    if (!exit || isSettled(container, place.timeline.now) || exitCause(exit, container, place) !== 'probe') return undefined;
    const kill = probeKill(container, place);
    if (!kill) return undefined;
    const probe = kill.message.includes('startup') ? 'startup' : 'liveness';
    const words = `container ${container.name} was killed ${kill.count} times for its ${probe} probe, last ended with ${exitWords(exit)} at ${instant(exit.finishedAt)}`;
    if (kill.count < KILLS || container.restartCount < KILLS) return { is: 'unknown', why: `${words}; it may run well now` };
    const failure = containerEvents(container, place, ['Unhealthy']).findLast((event) => event.message.toLowerCase().startsWith(probe));
    const why = failure ? `: ${oneLine(failure.message)}` : '';
    const evidence = [kill.id, ...(failure ? [failure.id] : [])];
    return { is: 'firing', words: `${words}${why}`, score: Math.min(1, 0.5 + 0.1 * kill.count), evidence };
  },
});
