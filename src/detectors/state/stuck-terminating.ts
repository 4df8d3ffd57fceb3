import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet } from '../define-state-detector.ts';
import { duration, instant, oneLine } from '../signs/words.ts';

const STUCK_MS = 10 * 60_000;

/**
 * Fires when a pod, claim or namespace is still there ten minutes after it should have gone, and names the finalizers. A pod's
 * deletionTimestamp already contains its grace period.
 */
export const stuckTerminating = defineStateDetector({
  name: 'stuck-terminating',
  watches: ['Pod', 'PersistentVolumeClaim', 'Namespace'],
  needs: [],
  detect(object, { now }) {
    const { deletedAt, finalizers } = object.meta;
    if (deletedAt === undefined || now - deletedAt <= STUCK_MS) return quiet;
    const held = finalizers.length > 0 ? `, held by the finalizers ${finalizers.join(', ')}` : '';
    const where = object.kind === 'Pod' && object.nodeName !== undefined ? ` on node ${object.nodeName}` : '';
    const reasons = object.kind === 'Namespace' ? object.conditions.filter((condition) => condition.status === 'True') : [];
    const why = reasons.map((condition) => oneLine(condition.message) || condition.type).join('; ');
    const summary = `${resourceName(object.meta.ref)}${where} should have gone at ${instant(deletedAt)} and is still there ${duration(now - deletedAt)} later${held}`;
    return firing(`${summary}${why && `: ${why}`}`, held || why ? 0.9 : 0.8, [evidenceOf(object)]);
  },
});
