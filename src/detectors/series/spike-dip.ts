import type { SeriesDetector } from '../../core/plugins.ts';
import { createSpikeMonitor } from '../../learning/anomaly/spike-monitor.ts';

/** A sudden value that is odd for this very series, at this time of day. Odd is not bad: a hint. Measured by `kubemend eval anomaly`. */
export const spikeDip: SeriesDetector = { name: 'spike-dip', metrics: 'any', is: 'hint', open: createSpikeMonitor };
