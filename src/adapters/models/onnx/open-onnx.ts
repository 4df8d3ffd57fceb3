import { Worker } from 'node:worker_threads';
import { CoreError } from '../../../core/errors.ts';
import type { Answer, ModelShape, Request, TrainingSet } from './messages.ts';
import type { Numbered } from './onnx-worker.ts';

/** A model in the worker. */
export interface OnnxModel {
  readonly shape: ModelShape;
  /** What it says to each of `count` windows that lie one after the other. */
  forecast(windows: Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** A training in the worker; windows are named by their first rows. */
export interface SequenceTrainer {
  /** One step for each batch of the windows, in this order; the mean loss of the steps. */
  epoch(starts: Int32Array): Promise<number>;
  /** The loss of windows that are not learnt from. */
  loss(starts: Int32Array): Promise<number>;
  /** The flat parameters as they stand. */
  weights(): Promise<Float32Array>;
  release(): Promise<void>;
}

/** ONNX Runtime in a thread of its own, so that the caller's is never blocked. Close it, or the process stays. */
export interface OnnxThread {
  /** Throws `model-refused` for what is no model, `package-missing` without onnxruntime-node. */
  load(model: Uint8Array): Promise<OnnxModel>;
  /** Throws `package-missing` without onnxruntime-node. */
  train(set: TrainingSet): Promise<SequenceTrainer>;
  close(): Promise<void>;
}

/** Between 100 and 250 the runtime is fastest and its memory stays small. */
const FORECAST_BATCH = 200;

/** Starts the thread. */
export function openOnnx(): OnnxThread {
  const ask = askInThread();
  const release = async (handle: number) => void (await ask.for({ is: 'release', handle }, 'released'));
  return {
    async load(model) {
      const { handle, shape } = await ask.for({ is: 'load', model }, 'loaded');
      return {
        shape,
        forecast: async (windows, count) =>
          count === 0
            ? new Float32Array()
            : (await ask.for({ is: 'forecast', handle, windows, count, batch: FORECAST_BATCH }, 'numbers')).values,
        release: () => release(handle),
      };
    },
    async train(set) {
      const { handle } = await ask.for({ is: 'train', set }, 'training');
      return {
        epoch: async (starts) => (await ask.for({ is: 'epoch', handle, starts }, 'lost')).loss,
        loss: async (starts) => (await ask.for({ is: 'loss', handle, starts }, 'lost')).loss,
        weights: async () => (await ask.for({ is: 'weights', handle }, 'numbers')).values,
        release: () => release(handle),
      };
    },
    close: ask.close,
  };
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Joins requests and answers by their number; when the thread dies, all that wait are told. */
function askInThread() {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./onnx-worker.${extension}`, import.meta.url));
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= error;
    for (const one of waiting.values()) one.reject(ended);
    waiting.clear();
  };
  worker.on('message', ({ id, ...answer }: Numbered<Answer>) => {
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  });
  worker.on('error', (error) => end(new CoreError('model-refused', `the thread of ONNX Runtime broke: ${String(error)}`)));
  const hasEnded = () => new CoreError('model-refused', 'the thread of ONNX Runtime has ended: open it again');
  const exited = new Promise<void>((resolve) => worker.on('exit', () => resolve(end(hasEnded()))));
  /** Whoever waits is told at once; the thread ends by itself after the run that it is in, for ending it within one would end the process. */
  async function close(): Promise<void> {
    if (!ended) worker.postMessage({ id: ++asked, is: 'close' } satisfies Numbered<Request>);
    end(hasEnded());
    await exited;
  }

  const answer = (request: Request) =>
    new Promise<Answer>((resolve, reject) => {
      if (ended) return reject(ended);
      const numbered: Numbered<Request> = { id: ++asked, ...request };
      waiting.set(numbered.id, { resolve, reject });
      worker.postMessage(numbered);
    });

  async function askFor<Kind extends Answer['is']>(request: Request, kind: Kind): Promise<Extract<Answer, { is: Kind }>> {
    const told = await answer(request);
    if (told.is === 'failed') throw new CoreError(told.code ?? 'model-refused', told.message);
    if (!isKind(told, kind)) throw new CoreError('model-refused', `the thread of ONNX Runtime answered ${told.is} instead of ${kind}`);
    return told;
  }
  return { for: askFor, close };
}

function isKind<Kind extends Answer['is']>(answer: Answer, kind: Kind): answer is Extract<Answer, { is: Kind }> {
  return answer.is === kind;
}
