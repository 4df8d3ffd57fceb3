import type { Pod } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { eventsAbout, evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet } from '../define-state-detector.ts';
import { lastExit } from '../signs/exits.ts';
import { instant, oneLine } from '../signs/words.ts';

/** An evicted pod stays in the API for long; what happened longer ago is history. */
const RECENT_MS = 30 * 60_000;

/** Fires for half an hour about a pod that its kubelet evicted: the node ran short, or the pod used more local storage than it may. */
export const evictions = defineStateDetector({
  name: 'evictions',
  watches: ['Pod'],
  needs: [],
  detect(pod, timeline) {
    if (pod.phase !== 'Failed' || pod.reason !== 'Evicted') return quiet;
    const event = eventsAbout(timeline, pod.meta.ref).findLast((candidate) => candidate.reason === 'Evicted');
    const at = event?.at ?? endOf(pod);
    if (timeline.now - at > RECENT_MS) return quiet;
    const where = pod.nodeName === undefined ? '' : ` from node ${pod.nodeName}`;
    const summary = `${resourceName(pod.meta.ref)} was evicted${where} at ${instant(at)}: ${oneLine(pod.message) || 'no message'}`;
    return firing(summary, 0.9, [evidenceOf(pod), ...(event ? [event.id] : [])]);
  },
});

function endOf(pod: Pod): number {
  const times = pod.conditions.map((condition) => condition.changedAt ?? 0);
  return Math.max(pod.meta.createdAt, ...times, ...pod.containers.map((container) => lastExit(container)?.finishedAt ?? 0));
}
