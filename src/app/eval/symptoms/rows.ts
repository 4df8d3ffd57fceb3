import type { SeriesDetector } from '../../../core/plugins.ts';
import { diskExhaustion } from '../../../detectors/series/disk-exhaustion.ts';
import { errorRate } from '../../../detectors/series/error-rate.ts';
import { latency } from '../../../detectors/series/latency.ts';
import { memoryExhaustion } from '../../../detectors/series/memory-exhaustion.ts';
import { spikeDip } from '../../../detectors/series/spike-dip.ts';
import { errorRateDefaults } from '../../../learning/symptoms/error-rate-monitor.ts';
import {
  diskExhaustion as diskOptions,
  exhaustionDefaults,
  memoryExhaustion as memoryOptions,
} from '../../../learning/symptoms/exhaustion-monitor.ts';
import { latencyDefaults } from '../../../learning/symptoms/latency-monitor.ts';
import { above, firstOf, type Method, predictLinear, threeSigma, timesTheHour } from './baselines.ts';
import { said } from './said.ts';

const HOUR_MS = 3_600_000;

/** The general detector of what is odd, on the first metric alone. */
const spikes: Method = (scene) => said(spikeDip, { ...scene, dims: 1, values: firstOf(scene) });

/** What is measured of one detector, and beside what. */
export interface Row {
  readonly detector: SeriesDetector;
  readonly configuration: unknown;
  /** The rules that people use, by name. */
  readonly baselines: Readonly<Record<string, Method>>;
}

/** One row for each detector. */
export const rows: readonly Row[] = [
  {
    ...{ detector: errorRate, configuration: errorRateDefaults },
    baselines: {
      'share-above-5-percent': above(0.05),
      'share-above-1-percent': above(0.01),
      'three-sigma': threeSigma,
      'spike-dip': spikes,
    },
  },
  {
    ...{ detector: latency, configuration: latencyDefaults },
    baselines: { 'twice-the-hour': timesTheHour(2), 'three-sigma': threeSigma, 'spike-dip': spikes },
  },
  {
    ...{ detector: memoryExhaustion, configuration: { ...exhaustionDefaults, ...memoryOptions } },
    baselines: {
      'predict-linear-4-hours': predictLinear(4 * HOUR_MS, 1),
      'predict-linear-30-minutes': predictLinear(HOUR_MS / 2, 1),
      'above-90-percent': above(0.9),
      'three-sigma': threeSigma,
    },
  },
  {
    ...{ detector: diskExhaustion, configuration: { ...exhaustionDefaults, ...diskOptions } },
    baselines: {
      'predict-linear-4-hours': predictLinear(4 * HOUR_MS, 1),
      'above-90-percent': above(0.9),
      'three-sigma': threeSigma,
    },
  },
];
