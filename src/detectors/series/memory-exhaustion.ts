import type { SeriesDetector } from '../../core/plugins.ts';
import { createExhaustionMonitor, memoryExhaustion as options } from '../../learning/symptoms/exhaustion-monitor.ts';

/**
 * Memory of a container rises steadily and reaches its limit soon: bad before it is too late. Not of nodes, whose findings are held against
 * all their pods: there the kubelet's own word counts. Measured by `kubemend eval symptoms`.
 */
export const memoryExhaustion: SeriesDetector = {
  name: 'memory-exhaustion',
  metrics: ['memoryLimitShare'],
  is: 'symptom',
  open: (shape) => createExhaustionMonitor(shape, options),
};
