import { resourceName } from '../../core/model/resource.ts';
import { eventsAbout, evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { duration, instant, oneLine } from '../signs/words.ts';

/** A volume may need so long to be detached elsewhere and attached here. */
const ATTACHING_MS = 60_000;
/** The kubelet tries again at least every two minutes and two seconds, and its events are thinned to one in five minutes. */
const FRESH_MS = 10 * 60_000;
const reasons = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];

/** Fires while a pod cannot start because a volume cannot be attached or mounted, for a minute. */
export const failedMount = defineStateDetector({
  name: 'failed-mount',
  watches: ['Pod'],
  needs: ['Event'],
  detect(pod, timeline) {
    if (pod.meta.deletedAt !== undefined || pod.phase !== 'Pending' || pod.nodeName === undefined) return quiet;
    if (pod.containers.some((container) => container.state.is === 'running' || container.state.is === 'terminated')) return quiet;
    const failures = eventsAbout(timeline, pod.meta.ref).filter(
      (event) => reasons.includes(event.reason) && timeline.now - event.at <= FRESH_MS,
    );
    const last = failures.at(-1);
    if (!last) return quiet;
    const since = Math.min(...failures.map((event) => event.firstAt));
    if (timeline.now - since < ATTACHING_MS)
      return unknown(`${last.reason} since ${instant(since)}: ${oneLine(last.message)}; it is tried again`);
    const count = failures.reduce((sum, event) => sum + event.count, 0);
    const summary = `${resourceName(pod.meta.ref)} cannot mount its volumes for ${duration(timeline.now - since)} (since ${instant(since)}, ${count} tries), ${last.reason}: ${oneLine(last.message)}`;
    return firing(summary, 0.9, [evidenceOf(pod), ...failures.map((event) => event.id)]);
  },
});
