import type { LearningJob } from '../../../learning/forecast/learned-ways.ts';
import { featureWidth } from '../../../learning/forecast/window-features.ts';
import { type GbdtModel, predictGbdt } from '../../../learning/gbdt/gbdt-model.ts';
import { gbdtDefaults, trainGbdt } from '../../../learning/gbdt/train-gbdt.ts';
import { solveLinear } from '../../../learning/logistic/solve-linear.ts';
import { medianOf } from '../../../learning/median-of.ts';

/** Windows of one instant, one after another, with the typical change of each series so far. */
export interface BaselineWindows {
  readonly windowSteps: number;
  readonly horizon: number;
  readonly count: number;
  readonly values: Float64Array;
  readonly scales: Float64Array;
  /** The mean of each series so far: all that there is to know when its order tells nothing. */
  readonly means: Float64Array;
}

/** A baseline: forecasts by window and step. One that learns is given the same rows at the same instants as ours. */
export interface Baseline {
  forecast(windows: BaselineWindows): Float64Array;
  learn?(job: LearningJob): void;
}

/** The constants of the baselines. */
export const baselineConstants = { ses: 0.3, holtLevel: 0.3, holtTrend: 0.1, ridge: 1, boosting: { ...gbdtDefaults, loss: 'absolute' } };

/** All baselines anew, with nothing learned. */
export function openBaselines(): Readonly<Record<string, Baseline>> {
  return {
    'last value': each((window) => window.at(-1) ?? Number.NaN),
    ses: each((window) => window.reduce((level, value) => level + baselineConstants.ses * (value - level))),
    median: each(medianOf),
    'mean of all before': {
      forecast: ({ horizon, count, means }) =>
        Float64Array.from({ length: count * horizon }, (_, at) => means[Math.floor(at / horizon)] ?? 0),
    },
    mean: each((window) => window.reduce((sum, value) => sum + value, 0) / window.length),
    holt: each(holt),
    ridge: ridgeOnLags(),
    'boosting on lags': boostingOnLags(),
  };
}

/** The same for each window, from its values alone. */
function each(forecast: (window: Float64Array, step: number) => number): Baseline {
  return {
    forecast({ windowSteps, horizon, count, values }) {
      const said = new Float64Array(count * horizon);
      for (let row = 0; row < count; row++) {
        const window = values.subarray(row * windowSteps, (row + 1) * windowSteps);
        for (let step = 0; step < horizon; step++) said[row * horizon + step] = forecast(window, step);
      }
      return said;
    },
  };
}

function holt(window: Float64Array, step: number): number {
  let [level = 0, trend] = [window[0], 0];
  for (const value of window.subarray(1)) {
    const before = level;
    level += trend + baselineConstants.holtLevel * (value - level - trend);
    trend += baselineConstants.holtTrend * (level - before - trend);
  }
  return level + trend * (step + 1);
}

/** Lags as ours see them: away from the last value, in typical changes. */
function lagsOf({ windowSteps, count, values, scales }: BaselineWindows): Float32Array {
  const lags = new Float32Array(count * (windowSteps - 1));
  for (let row = 0, at = 0; row < count; row++) {
    const last = values[(row + 1) * windowSteps - 1] ?? 0;
    for (let n = 0; n < windowSteps - 1; n++, at++) lags[at] = ((values[row * windowSteps + n] ?? 0) - last) / (scales[row] || 1);
  }
  return lags;
}

/** A model on lags, and the last value until it has learned. */
function onLags(answer: (lags: Float32Array, count: number) => Float32Array | undefined): Baseline['forecast'] {
  return (windows) => {
    const said = answer(lagsOf(windows), windows.count);
    return Float64Array.from({ length: windows.count * windows.horizon }, (_, at) => {
      const row = Math.floor(at / windows.horizon);
      const last = windows.values[(row + 1) * windows.windowSteps - 1] ?? 0;
      return last + (said?.[at] ?? 0) * (windows.scales[row] ?? 0);
    });
  };
}

function boostingOnLags(): Baseline {
  let model: GbdtModel | undefined;
  return {
    forecast: onLags((values, count) => model && predictGbdt(model, { count, width: model.width, values })),
    learn(job) {
      const width = job.windowSteps - 1;
      const rows = { count: job.count, width, values: lagsOfJob(job), targets: job.targets, outputs: job.horizon };
      model = trainGbdt(rows, { ...gbdtDefaults, loss: { kind: 'absolute' }, random: job.random });
    },
  };
}

function lagsOfJob({ windowSteps, count, features }: LearningJob): Float32Array {
  const [width, full] = [windowSteps - 1, featureWidth(windowSteps)];
  const lags = new Float32Array(count * width);
  for (let row = 0; row < count; row++) lags.set(features.subarray(row * full, row * full + width), row * width);
  return lags;
}

/** Least squares with a penalty, one for each step ahead; without an intercept, for all is counted from the last value. */
function ridgeOnLags(): Baseline {
  let learned: { readonly width: number; readonly weights: Float64Array[] } | undefined;
  return {
    forecast: onLags((lags, count) => {
      if (!learned) return undefined;
      const { width, weights } = learned;
      return Float32Array.from({ length: count * weights.length }, (_, at) => {
        const row = Math.floor(at / weights.length);
        const own = weights[at % weights.length];
        return lags.subarray(row * width, (row + 1) * width).reduce((sum, lag, n) => sum + lag * (own?.[n] ?? 0), 0);
      });
    }),
    learn(job) {
      learned = { width: job.windowSteps - 1, weights: ridge(job) };
    },
  };
}

function ridge(job: LearningJob): Float64Array[] {
  const width = job.windowSteps - 1;
  const lags = lagsOfJob(job);
  const products = new Float64Array(width * width);
  const sums = Array.from({ length: job.horizon }, () => new Float64Array(width));
  for (let row = 0; row < job.count; row++)
    for (let n = 0; n < width; n++) {
      const lag = lags[row * width + n] ?? 0;
      for (let m = 0; m < width; m++) products[n * width + m] = (products[n * width + m] ?? 0) + lag * (lags[row * width + m] ?? 0);
      sums.forEach((sum, step) => {
        sum[n] = (sum[n] ?? 0) + lag * (job.targets[row * job.horizon + step] ?? 0);
      });
    }
  for (let n = 0; n < width; n++) products[n * width + n] = (products[n * width + n] ?? 0) + baselineConstants.ridge;
  return sums.map((sum) => solveLinear(products, sum));
}
