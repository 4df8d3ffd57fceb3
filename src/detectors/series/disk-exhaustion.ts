import type { SeriesDetector } from '../../core/plugins.ts';
import { createExhaustionMonitor, diskExhaustion as options } from '../../learning/symptoms/exhaustion-monitor.ts';

/**
 * A volume or its inodes fill steadily and are used up soon, or are so already: bad in itself. Not of nodes, whose findings are held
 * against all their pods: there the kubelet's own word counts. Measured by `kubemend eval symptoms`.
 */
export const diskExhaustion: SeriesDetector = {
  name: 'disk-exhaustion',
  metrics: ['volumeUsedShare', 'volumeInodesUsedShare'],
  is: 'symptom',
  open: (shape) => createExhaustionMonitor(shape, options),
};
