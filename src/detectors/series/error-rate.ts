import type { SeriesDetector } from '../../core/plugins.ts';
import { createErrorRateMonitor } from '../../learning/symptoms/error-rate-monitor.ts';

/** Requests fail far more often than is usual for the subject: bad in itself. Measured by `kubemend eval symptoms`. */
export const errorRate: SeriesDetector = {
  name: 'error-rate',
  metrics: ['requestErrorShare', 'requestsPerSecond'],
  isJoint: true,
  is: 'symptom',
  open: createErrorRateMonitor,
};
