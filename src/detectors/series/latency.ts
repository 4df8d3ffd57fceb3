import type { SeriesDetector } from '../../core/plugins.ts';
import { createLatencyMonitor } from '../../learning/symptoms/latency-monitor.ts';

/** Requests take far longer than usual. Without an objective slow is odd, not bad: a hint. Measured by `kubemend eval symptoms`. */
export const latency: SeriesDetector = {
  name: 'latency',
  metrics: ['requestDurationP95Ms', 'latencyP95Ms', 'requestsPerSecond'],
  isJoint: true,
  is: 'hint',
  open: createLatencyMonitor,
};
