import type { Tensor } from 'onnxruntime-node';
import { CoreError } from '../../../core/errors.ts';
import { adam, forwardGraph, lossOf, trainingGraph } from '../../../learning/graphs/training-graph.ts';
import { sessionOptions } from './loaded-model.ts';
import type { TrainingSet } from './messages.ts';
import type { OnnxPackage } from './onnx-package.ts';
import { createWindowFiller } from './window-filler.ts';

/** A model in training; windows are named by their first rows. */
export interface Training {
  /** One step for each batch of the windows, in this order; the mean loss of the steps. The last batch is filled up from the first windows. */
  epoch(starts: Int32Array): Promise<number>;
  /** The loss of windows that are not learnt from. */
  loss(starts: Int32Array): Promise<number>;
  /** A copy of the flat parameters. */
  weights(): Float32Array<ArrayBuffer>;
  release(): Promise<void>;
}

/** Builds the training graph, and holds parameters and moments. `checkpoint` is called before each run. Throws `model-refused` when the loss is no longer a number. */
export async function startTraining(runtime: OnnxPackage, set: TrainingSet, checkpoint: () => void): Promise<Training> {
  const { spec, batch } = set;
  const training = await runtime.InferenceSession.create(trainingGraph(spec, batch, set.bound), sessionOptions);
  const watching = await runtime.InferenceSession.create(forwardGraph(spec), sessionOptions);
  const { fill, x, y } = createWindowFiller(set);
  const floats = (values: Float32Array, dims: readonly number[]) => new runtime.Tensor('float32', values, dims);
  const flat = (values: Float32Array) => floats(values, [values.length]);
  const [windows, targets] = [floats(x, [batch, spec.window, spec.features]), floats(y, [batch, spec.horizon * spec.features])];
  let state: State = { p: flat(set.weights), m: flat(new Float32Array(set.weights.length)), v: flat(new Float32Array(set.weights.length)) };
  let steps = 0;

  async function step(starts: Int32Array, from: number): Promise<number> {
    checkpoint();
    steps++;
    fill(starts, from);
    const rate = floats(Float32Array.of(set.rate / (1 - adam.beta1 ** steps)), []);
    const boost = floats(Float32Array.of(1 / (1 - adam.beta2 ** steps)), []);
    const { loss, p2, m2, v2 } = await training.run({ x: windows, y: targets, ...state, rate, boost });
    if (!loss || !p2 || !m2 || !v2 || !Number.isFinite(loss.data[0]))
      throw new CoreError('model-refused', `training went astray: the loss of step ${steps} is no number; use a smaller --rate`);
    state = { p: p2, m: m2, v: v2 };
    return Number(loss.data[0]);
  }

  return {
    async epoch(starts) {
      let sum = 0;
      let count = 0;
      for (let from = 0; from < starts.length; from += batch, count++) sum += await step(starts, from);
      return sum / count;
    },
    async loss(starts) {
      let sum = 0;
      for (let from = 0; from < starts.length; from += batch) {
        checkpoint();
        fill(starts, from);
        const { y: told } = await watching.run({ x: windows, p: state.p });
        sum += lossSum(told, y, { share: Math.min(batch, starts.length - from) / batch, bound: set.bound });
      }
      return sum / (starts.length * spec.horizon * spec.features);
    },
    weights: () => Float32Array.from(state.p.data, Number),
    async release() {
      await training.release();
      await watching.release();
    },
  };
}

interface State {
  readonly p: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
  readonly [name: string]: Tensor;
}

/** Over the first `share` of the batch; the rest is filling. */
function lossSum(
  told: Tensor | undefined,
  expected: Float32Array,
  { share, bound }: { readonly share: number; readonly bound: number },
): number {
  const values = told?.data;
  if (!(values instanceof Float32Array)) throw new CoreError('model-refused', 'the model gave no forecast while it was trained');
  const count = Math.round(expected.length * share);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += lossOf((values[at] ?? Number.NaN) - (expected[at] ?? Number.NaN), bound);
  return sum;
}
