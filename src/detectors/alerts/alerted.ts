import { resourceName } from '../../core/model/resource.ts';
import { isOver } from '../../core/model/signal.ts';
import { alertsAbout } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { duration, oneLine } from '../signs/words.ts';

/**
 * An alert that nobody has repeated for so long says nothing any more. Less than the shortest time that an act is judged in (five
 * minutes), so that an alert from before an act can never count as its failure.
 */
const FRESH_MS = 4 * 60_000;
/** An alert is somebody else's judgement: less than what an object's own state shows. */
const SCORE = 0.6;

/** Fires while an alerting system keeps saying that something is wrong with the subject; unknown once it falls silent, quiet when it says that it is over. */
export const alerted = defineStateDetector({
  name: 'alerted',
  watches: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Node', 'HorizontalPodAutoscaler', 'PersistentVolumeClaim'],
  needs: [],
  isHearsay: true,
  detect({ meta }, timeline) {
    const { now } = timeline;
    const active = alertsAbout(timeline, meta.ref).filter((alert) => !isOver(alert, now));
    const newest = active.at(-1);
    if (!newest || meta.deletedAt !== undefined) return quiet;
    const fresh = active.filter(({ at }) => now - at <= FRESH_MS);
    if (fresh.length === 0) return unknown(`alert ${newest.name} has not been repeated for ${duration(now - newest.at)}`);
    const said = fresh.map(({ name, annotations }) => [name, annotations.summary ?? annotations.description].filter(Boolean).join(': '));
    const words = `${resourceName(meta.ref)} is alerted about: ${said.map((text) => oneLine(text)).join('; ')}`;
    const evidence = fresh.map(({ id }) => id);
    return firing(words, SCORE, evidence);
  },
});
