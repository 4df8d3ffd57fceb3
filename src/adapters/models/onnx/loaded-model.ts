import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { CoreError } from '../../../core/errors.ts';
import type { ModelShape } from './messages.ts';
import type { OnnxPackage } from './onnx-package.ts';

/** Some windows, one after the other, and how many of them go through the model at once. */
export interface WindowBatch {
  readonly windows: Float32Array;
  readonly count: number;
  readonly batch: number;
}

/** A model that is ready to forecast. */
export interface LoadedModel {
  readonly shape: ModelShape;
  /** What it says to each window, one after the other. Throws `model-refused` when it gives no floats, or another number of them for each window. */
  forecast(windows: WindowBatch): Promise<Float32Array<ArrayBuffer>>;
  release(): Promise<void>;
}

/** One thread inside of an operation: more cost processor time and gain nothing at these sizes. */
export const sessionOptions = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;

/** Loads an ONNX model with one input and one output of floats. `checkpoint` is called before each run. Throws `model-refused` for anything else. */
export async function loadModel(runtime: OnnxPackage, bytes: Uint8Array, checkpoint: () => void): Promise<LoadedModel> {
  const session = await runtime.InferenceSession.create(bytes, sessionOptions).catch((error: unknown) => {
    throw new CoreError('model-refused', `ONNX Runtime cannot load the model: ${error instanceof Error ? error.message : String(error)}`);
  });
  const [input, output] = [shapeOf(session.inputMetadata, 'input'), shapeOf(session.outputMetadata, 'output')];
  const [, ...dims] = input.shape.map(Number);
  return {
    shape: { input: input.shape, output: output.shape },
    async forecast({ windows, count, batch }) {
      const size = windows.length / count;
      let all = new Float32Array();
      for (let from = 0; from < count; from += batch) {
        checkpoint();
        const rows = Math.min(batch, count - from);
        const part = windows.subarray(from * size, (from + rows) * size);
        const told = await session.run({ [input.name]: new runtime.Tensor('float32', part, [rows, ...dims]) });
        const values = floatsOf(told[output.name], rows);
        if (from === 0) all = new Float32Array((values.length / rows) * count);
        all.set(values, (from * all.length) / count);
      }
      return all;
    },
    release: () => session.release(),
  };
}

function shapeOf(metadata: readonly InferenceSession.ValueMetadata[], what: string) {
  const [only] = metadata;
  if (!only?.isTensor || metadata.length !== 1 || only.type !== 'float32')
    throw new CoreError('model-refused', `the model must have exactly one ${what} of 32-bit floats; it has ${describe(metadata)}`);
  return only;
}

function describe(metadata: readonly InferenceSession.ValueMetadata[]): string {
  return metadata.map((one) => `${one.name} (${one.isTensor ? one.type : 'no tensor'})`).join(', ') || 'none';
}

function floatsOf(tensor: Tensor | undefined, rows: number): Float32Array {
  if (!(tensor?.data instanceof Float32Array) || tensor.data.length % rows !== 0)
    throw new CoreError('model-refused', 'the model does not answer with as many numbers for each window');
  return tensor.data;
}
