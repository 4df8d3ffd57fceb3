import { resourceName } from '../../core/model/resource.ts';
import { evidenceOf } from '../../core/model/timeline.ts';
import { defineStateDetector, firing, quiet, unknown } from '../define-state-detector.ts';
import { instant, oneLine } from '../signs/words.ts';

const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** Fires while a kubelet reports that its node runs short of memory, disk or process ids. The kubelet itself holds the state for five minutes. */
export const nodePressure = defineStateDetector({
  name: 'node-pressure',
  watches: ['Node'],
  needs: [],
  detect(node) {
    const reported = node.conditions.filter((condition) => pressures.includes(condition.type));
    const high = reported.filter((condition) => condition.status === 'True');
    if (high.length > 0) {
      const words = high.map((condition) => `${condition.type} since ${instant(condition.changedAt)} (${oneLine(condition.message)})`);
      return firing(`${resourceName(node.meta.ref)} runs short: ${words.join('; ')}`, 0.9, [evidenceOf(node)]);
    }
    const isClear = pressures.every((type) => reported.some((condition) => condition.type === type && condition.status === 'False'));
    return isClear ? quiet : unknown('the kubelet has not reported every kind of pressure');
  },
});
