import { createEpisodeThresholds } from '../../../learning/anomaly/episode-thresholds.ts';
import { createSlidingWindows } from '../../../learning/anomaly/sliding-windows.ts';
import { spikeDefaults } from '../../../learning/anomaly/spike-monitor.ts';
import { thresholdRule } from '../../../learning/anomaly/threshold-rule.ts';
import type { Detection } from './detection.ts';
import type { LabelledSeries } from './labelled-series.ts';

/** How odd each sample is, by a method that needs no more than a few lines. */
type Oddness = (series: LabelledSeries) => Float64Array;

const WINDOW = 60;
const DAY_MS = 86_400_000;

/** Methods for one metric. */
export const simpleBaselines = {
  'robust-z': (series) => robustZ(series.values),
  'daily-robust-z': (series) => robustZ(lessThreeDays(series)),
  ewma: (series) => ewmaZ(series.values),
} satisfies Record<string, Oddness>;

/** The distance from the median of the last 60 in units of their spread. */
function robustZ(values: Float64Array): Float64Array {
  const window = createSlidingWindows(1, WINDOW);
  let travelled = 0;
  return values.map((value, i) => {
    if (Number.isNaN(value)) return 0;
    const middle = window.median(0);
    travelled += Math.abs(value - (values[i - 1] ?? value)) || 0;
    const grain = (0.1 * travelled) / (i + 1) + Number.EPSILON;
    const z = window.count(0) > WINDOW / 3 ? Math.abs(value - middle) / (1.4826 * window.spread(0, middle) + grain) : 0;
    window.push(0, value);
    return z;
  });
}

/** What is left when the median of one, two and three days before is taken away; NaN before there are three days. */
function lessThreeDays({ values, stepMs }: LabelledSeries): Float64Array {
  const day = Math.round(DAY_MS / stepMs);
  return values.map((value, i) => {
    const past = [1, 2, 3].map((days) => values[i - days * day] ?? Number.NaN).toSorted((one, other) => one - other);
    return value - (past[1] ?? Number.NaN) + 0 * (past[0] ?? Number.NaN) + 0 * (past[2] ?? Number.NaN);
  });
}

/** The distance from an exponentially weighted mean in units of the deviation that goes with it. */
function ewmaZ(values: Float64Array): Float64Array {
  const weight = 2 / (WINDOW + 1);
  let mean = Number.NaN;
  let variance = 0;
  return values.map((value) => {
    if (Number.isNaN(value)) return 0;
    const distance = value - (Number.isNaN(mean) ? value : mean);
    const z = variance > 0 ? Math.abs(distance) / Math.sqrt(variance) : 0;
    mean = value - distance * (1 - weight);
    variance = (1 - weight) * (variance + weight * distance * distance);
    return z;
  });
}

/** Alarms by the same rule as ours: the budget of alarms, the floor and the prior that `spike-dip` has. */
export function alarmed(oddness: Float64Array, stepMs: number): Detection {
  const { halfLifeMs, halfLifeSamples, stay } = spikeDefaults;
  const halfLife = Math.max(halfLifeSamples, halfLifeMs / stepMs);
  const thresholds = createEpisodeThresholds(1, { ...thresholdRule(stepMs), halfLife });
  const alarms = new Uint8Array(oddness.length);
  const scores = oddness.map((odd, i) => {
    const score = odd / thresholds.value(0);
    const isFiring = score >= 1 || (alarms[i - 1] === 1 && score >= stay);
    thresholds.add(0, odd);
    alarms[i] = isFiring ? 1 : 0;
    return score;
  });
  return { scores, alarms };
}
