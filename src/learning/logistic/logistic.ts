import type { Rows } from '../gbdt/gbdt-model.ts';
import { sigmoid } from '../gbdt/loss.ts';
import { solveLinear } from './solve-linear.ts';

/** Log-odds as a weighted sum of features that were brought to mean 0 and deviation 1; the last weight is the intercept. */
export interface LogisticModel {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  readonly weights: Float64Array;
}

/** Enough for Newton's method, which doubles the right digits with each step. */
const MOST_STEPS = 25;
const CLOSE = 1e-8;

/**
 * Logistic regression by Newton's method with an L2 penalty on all weights but the intercept's. A feature that never changes gets no
 * weight; NaN counts as the feature's mean. Targets are 0 or 1. Throws a `RangeError` without a row.
 */
export function trainLogistic(rows: Rows & { readonly targets: Float32Array }, { l2 }: { readonly l2: number }): LogisticModel {
  if (rows.count === 0) throw new RangeError('there are no rows to learn from');
  const scaling = scalingOf(rows);
  const values = scaled(rows, scaling);
  const size = rows.width + 1;
  const weights = new Float64Array(size);
  for (let step = 0; step < MOST_STEPS; step++) {
    const change = newtonStep({ values, targets: rows.targets, weights, size }, l2);
    change.forEach((one, n) => {
      weights[n] = (weights[n] ?? 0) + one;
    });
    if (change.every((one) => Math.abs(one) < CLOSE)) break;
  }
  return { ...scaling, weights };
}

/** The log-odds of each row. */
export function predictLogistic({ means, deviations, weights }: LogisticModel, rows: Rows): Float64Array {
  const values = scaled(rows, { means, deviations });
  const size = weights.length;
  return Float64Array.from({ length: rows.count }, (_, row) => dot(values, row * size, weights));
}

interface Problem {
  readonly values: Float64Array;
  readonly targets: Float32Array;
  readonly weights: Float64Array;
  readonly size: number;
}

function newtonStep(problem: Problem, l2: number): Float64Array {
  const { values, targets, weights, size } = problem;
  const slope = new Float64Array(size);
  const bend = new Float64Array(size * size);
  for (let row = 0; row < targets.length; row++) {
    const chance = sigmoid(dot(values, row * size, weights));
    addRow(problem, { row, pull: (targets[row] ?? 0) - chance, curvature: Math.max(1e-9, chance * (1 - chance)) }, { slope, bend });
  }
  for (let n = 0; n < size; n++) {
    const penalty = n === size - 1 ? 0 : l2;
    slope[n] = (slope[n] ?? 0) - penalty * (weights[n] ?? 0);
    bend[n * size + n] = (bend[n * size + n] ?? 0) + penalty + 1e-9;
  }
  return solveLinear(bend, slope);
}

function addRow(
  { values, size }: Problem,
  { row, pull, curvature }: { row: number; pull: number; curvature: number },
  { slope, bend }: { slope: Float64Array; bend: Float64Array },
): void {
  const at = row * size;
  for (let n = 0; n < size; n++) {
    const value = values[at + n] ?? 0;
    slope[n] = (slope[n] ?? 0) + pull * value;
    const part = curvature * value;
    for (let m = 0; m <= n; m++) bend[n * size + m] = (bend[n * size + m] ?? 0) + part * (values[at + m] ?? 0);
  }
}

function dot(values: Float64Array, at: number, weights: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < weights.length; n++) sum += (values[at + n] ?? 0) * (weights[n] ?? 0);
  return sum;
}

function scalingOf({ count, width, values }: Rows) {
  const [means, deviations] = [new Float64Array(width), new Float64Array(width)];
  for (let f = 0; f < width; f++) {
    let [sum, squares, seen] = [0, 0, 0];
    for (let row = 0; row < count; row++) {
      const value = values[row * width + f] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      seen++;
      const before = value - sum;
      sum += before / seen;
      squares += before * (value - sum);
    }
    means[f] = sum;
    deviations[f] = seen > 0 ? Math.sqrt(squares / seen) : 0;
  }
  return { means, deviations };
}

/** With a 1 at the end of each row, for the intercept. */
function scaled({ count, width, values }: Rows, { means, deviations }: Pick<LogisticModel, 'means' | 'deviations'>): Float64Array {
  const result = new Float64Array(count * (width + 1));
  for (let row = 0; row < count; row++) {
    const to = row * (width + 1);
    for (let f = 0; f < width; f++) {
      const value = values[row * width + f] ?? Number.NaN;
      const deviation = deviations[f] ?? 0;
      result[to + f] = Number.isNaN(value) || deviation === 0 ? 0 : (value - (means[f] ?? 0)) / deviation;
    }
    result[to + width] = 1;
  }
  return result;
}
