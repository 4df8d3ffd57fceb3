import type { SeriesDetector } from '../../core/plugins.ts';
import { createMultiMonitor } from '../../learning/anomaly/multi-monitor.ts';

/** What a pod or node is followed by, as its sources name it. */
const METRICS = ['cpuCores', 'memoryBytes', 'networkReceiveBytesPerSecond', 'networkTransmitBytesPerSecond'];

/** Several metrics of one object that are odd together. Odd is not bad: a hint. Measured by `kubemend eval anomaly`. */
export const multiMetric: SeriesDetector = { name: 'multi-metric', metrics: METRICS, isJoint: true, is: 'hint', open: createMultiMonitor };
