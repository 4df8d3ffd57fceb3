import { conditionOf } from '../../core/model/objects.ts';
import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { duration, instant } from '../signs/words.ts';

/** A peak of load is no trouble: the autoscaler's own window for scaling down. */
const PEAK_MS = 5 * 60_000;

/** Fires when an autoscaler has wanted more replicas than its maximum for five minutes. One whose minimum is its maximum is meant so. */
export const hpaSaturated = defineStateDetector({
  name: 'hpa-saturated',
  watches: ['HorizontalPodAutoscaler'],
  needs: [],
  detect(hpa, { now }) {
    if (hpa.meta.deletedAt !== undefined || hpa.minReplicas >= hpa.maxReplicas) return quiet;
    const limited = conditionOf(hpa, 'ScalingLimited');
    const active = conditionOf(hpa, 'ScalingActive');
    if (!limited || limited.status === 'Unknown') return unknown('the autoscaler has not said whether it is limited');
    if (limited.status === 'False' || limited.reason !== 'TooManyReplicas' || hpa.currentReplicas < hpa.maxReplicas) return quiet;
    if (active?.status !== 'True') return unknown('the autoscaler cannot read its metrics; its limit may be long past');
    const since = limited.changedAt ?? hpa.meta.createdAt;
    if (now - since < PEAK_MS) return quiet;
    const summary = `${resourceName(hpa.meta.ref)} wants more than its maximum of ${hpa.maxReplicas} replicas of ${hpa.scales.kind} ${hpa.scales.name} for ${duration(now - since)} (since ${instant(since)}); ${hpa.currentReplicas} run`;
    return firing(summary, 0.8, [evidenceOf(hpa)]);
  },
});
