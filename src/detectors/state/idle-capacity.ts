import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf } from '../../core/model/timeline.ts';
import { spareReplicas } from '../../core/spare-replicas.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';

/**
 * A workload that kubemend itself gave more replicas, which have not been needed for ten minutes and will not be by the upper end of the
 * forecast. Silent about what others have scaled; unknown while samples are missing or pods are not ready.
 */
export const idleCapacity = defineStateDetector({
  name: 'idle-capacity',
  watches: ['Deployment', 'StatefulSet'],
  needs: ['Pod'],
  detect(workload, timeline) {
    const spare = spareReplicas(workload, timeline);
    if (spare.is !== 'spare') return spare.is === 'unknown' ? unknown(spare.why) : quiet;
    const { scaleUp, reading, to } = spare;
    const upper = Math.round(100 * (reading.outlook?.heldUpper ?? 1));
    return firing(
      `${resourceName(workload.meta.ref)} has had ${scaleUp.to} replicas since kubemend scaled it up from ${scaleUp.from}; they use, ` +
        `and by the upper end of the forecast will use, at most ${upper} % of their capacity: ${to} would do`,
      1 - upper / 100,
      [reading.id, evidenceOf(workload)],
    );
  },
});
