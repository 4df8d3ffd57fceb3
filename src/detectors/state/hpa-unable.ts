import { type Condition, conditionOf } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { duration, instant, oneLine } from '../signs/words.ts';

/** New pods have no metrics for their first minutes. */
const STARTING_MS = 3 * 60_000;
/** Scaled to zero by hand: the autoscaler is off by intent. */
const meant = ['ScalingDisabled', 'BackoffBoth', 'BackoffDownscale', 'BackoffUpscale'];

/** Fires when an autoscaler has not been able to read its metrics or its target for three minutes. */
export const hpaUnable = defineStateDetector({
  name: 'hpa-unable',
  watches: ['HorizontalPodAutoscaler'],
  needs: [],
  detect(hpa, { now }) {
    if (hpa.meta.deletedAt !== undefined) return quiet;
    const conditions = [conditionOf(hpa, 'AbleToScale'), conditionOf(hpa, 'ScalingActive')].filter((found) => found !== undefined);
    if (conditions.length === 0) return unknown('the autoscaler has not reported anything yet');
    const failed = conditions.find(isFailure);
    if (!failed)
      return conditions.some((condition) => condition.status === 'Unknown')
        ? unknown('the autoscaler does not say whether it can scale')
        : quiet;
    const since = failed.changedAt ?? hpa.meta.createdAt;
    if (now - since < STARTING_MS)
      return unknown(`${failed.reason ?? failed.type} since ${instant(since)}; its metrics may be about to come`);
    const what = failed.type === 'AbleToScale' ? 'cannot read or scale its target' : 'cannot read its metrics';
    const summary = `${resourceName(hpa.meta.ref)} ${what} (${hpa.metrics.join(', ')}) for ${duration(now - since)} (since ${instant(since)}), ${failed.reason ?? 'no reason given'}: ${oneLine(failed.message)}`;
    return firing(summary, 0.85, [evidenceOf(hpa)]);
  },
});

function isFailure(condition: Condition): boolean {
  return condition.status === 'False' && !meant.includes(condition.reason ?? '');
}
