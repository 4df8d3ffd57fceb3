import type { SeriesDetector } from '../../core/plugins.ts';
import { createSaturationMonitor } from '../../learning/forecast/saturation-monitor.ts';

/**
 * A workload that will soon use all the CPU that its limits allow, or does so. Only of whole workloads: see `cpuCapacityShare` in
 * docs/series.md. Measured by `kubemend eval forecast`.
 */
export const saturationAhead: SeriesDetector = {
  ...{ name: 'saturation-ahead', metrics: ['cpuCapacityShare'], is: 'symptom', watches: ['Deployment', 'StatefulSet'] },
  open: createSaturationMonitor,
};
