import { type Container, conditionOf } from '../../core/model/objects.ts';
import { defineContainerDetector, type Place, type Sign } from '../define-container-detector.ts';
import { containerEvents } from '../signs/container-events.ts';
import { duration, instant, oneLine } from '../signs/words.ts';

/** How long a pod that was ready may be unready: twice the default of three probes at 10 s. */
const LOST_MS = 60_000;
/** How long a pod may take to become ready at all: Kubernetes' default `progressDeadlineSeconds`. */
const NEVER_MS = 600_000;
/** A pod that is ready again for less, after a failed probe, is not believed yet. */
const REGAINED_MS = 30_000;

/** Fires while a running container fails its readiness probe: a minute after it lost readiness, or ten after a start that never reached it. */
export const readinessFailing = defineContainerDetector({
  name: 'readiness-failing',
  look(container, place) {
    const { state } = container;
    if (!container.probes.includes('readiness') || state.is !== 'running' || container.started === false) return undefined;
    return container.ready ? regained(container, place) : unready(container, place, state.startedAt ?? place.pod.meta.createdAt);
  },
});

function unready(container: Container, place: Place, startedAt: number): Sign | undefined {
  const changedAt = conditionOf(place.pod, 'Ready')?.changedAt;
  const wasReady = changedAt !== undefined && changedAt > startedAt;
  const since = wasReady ? changedAt : startedAt;
  const forMs = place.timeline.now - since;
  if (forMs < (wasReady ? LOST_MS : NEVER_MS)) return undefined;
  const failure = readinessFailures(container, place).at(-1);
  const history = wasReady ? 'has not been ready' : 'has never been ready since its start,';
  const words = `container ${container.name} runs but ${history} for ${duration(forMs)} (since ${instant(since)})${failure ? `: ${oneLine(failure.message)}` : ''}`;
  return { is: 'firing', words, score: wasReady ? 0.8 : 0.7, evidence: failure ? [failure.id] : [] };
}

function regained(container: Container, place: Place): Sign | undefined {
  const { now } = place.timeline;
  const changedAt = conditionOf(place.pod, 'Ready')?.changedAt ?? 0;
  const hasJustFailed = readinessFailures(container, place).some((event) => now - event.at < 2 * REGAINED_MS);
  if (!hasJustFailed || now - changedAt >= REGAINED_MS) return undefined;
  return { is: 'unknown', why: `container ${container.name} is ready only since ${instant(changedAt)}` };
}

function readinessFailures(container: Container, place: Place) {
  return containerEvents(container, place, ['Unhealthy']).filter((event) => event.message.startsWith('Readiness probe'));
}
