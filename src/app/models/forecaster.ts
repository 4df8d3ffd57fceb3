import type { OnnxModel } from '../../adapters/models/onnx/open-onnx.ts';
import type { SequenceShape } from '../../learning/graphs/sequence-spec.ts';
import { anchorValue } from '../../learning/graphs/window-anchor.ts';
import type { ForecastErrors } from './interval-rule.ts';
import type { Scaler } from './scaler.ts';

/** Rows of all series behind each other, scaled. */
export interface ScaledRows {
  readonly shape: SequenceShape;
  readonly scaler: Scaler;
  readonly values: Float32Array;
}

/** What a model says to the windows that begin at these rows: scaled distances from the anchors, `horizon * features` for each. */
export async function changesFrom(model: OnnxModel, { shape, values }: ScaledRows, starts: Int32Array): Promise<Float32Array> {
  const size = shape.window * shape.features;
  const windows = new Float32Array(starts.length * size);
  for (const [n, start] of starts.entries()) windows.set(values.subarray(start * shape.features, start * shape.features + size), n * size);
  return model.forecast(windows, starts.length);
}

/** By how much forecasts were off, in scaled changes, and how restless their windows were. */
export function errorsOf({ shape, scaler, values }: ScaledRows, starts: Int32Array, changes: Float32Array): ForecastErrors {
  const { window, features, horizon } = shape;
  const outputs = horizon * features;
  const errors = Float64Array.from(changes, (change, at) => {
    const start = starts[Math.floor(at / outputs)] ?? 0;
    const feature = at % features;
    const row = start + window + Math.floor((at % outputs) / features);
    const from = anchorValue(values, { start, window, features, feature }, scaler.anchors[feature] ?? 'last');
    const moved = (values[row * features + feature] ?? Number.NaN) - from;
    return change - moved * (scaler.gains[feature] ?? 1);
  });
  return { outputs, features, errors, restlessness: restlessnessOf({ shape, scaler, values }, starts) };
}

/** The mean change from row to row within each window, by feature, in scaled changes. */
export function restlessnessOf({ shape, scaler, values }: ScaledRows, starts: Int32Array): Float64Array {
  const { window, features } = shape;
  return Float64Array.from({ length: starts.length * features }, (_, at) => {
    const start = starts[Math.floor(at / features)] ?? 0;
    const feature = at % features;
    let sum = 0;
    for (let row = start + 1; row < start + window; row++)
      sum += Math.abs((values[row * features + feature] ?? Number.NaN) - (values[(row - 1) * features + feature] ?? Number.NaN));
    return (sum / Math.max(1, window - 1)) * (scaler.gains[feature] ?? 1);
  });
}
