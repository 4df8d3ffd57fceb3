/** The thread in which ONNX Runtime works: its `run` blocks, so it must not be where the loop is. */
import { parentPort } from 'node:worker_threads';
import { CoreError } from '../../../core/errors.ts';
import { type LoadedModel, loadModel } from './loaded-model.ts';
import type { Answer, Request } from './messages.ts';
import { onnxRuntime } from './onnx-package.ts';
import { startTraining, type Training } from './training.ts';

/** A request or an answer with the number that joins them. */
export type Numbered<Content> = Content & { readonly id: number };

const models = new Map<number, LoadedModel>();
const trainings = new Map<number, Training>();
let handles = 0;
let isClosing = false;

/** Between two runs of the runtime: the thread must not be ended within one, which would take the whole process along. */
function checkpoint(): void {
  if (isClosing) throw new CoreError('model-refused', 'the thread of ONNX Runtime has ended: open it again');
}

async function answerTo(request: Exclude<Request, { is: 'close' }>): Promise<Answer> {
  checkpoint();
  const runtime = await onnxRuntime();
  switch (request.is) {
    case 'load': {
      const model = await loadModel(runtime, request.model, checkpoint);
      models.set(++handles, model);
      return { is: 'loaded', handle: handles, shape: model.shape };
    }
    case 'forecast':
      return { is: 'numbers', values: await held(models, request.handle).forecast(request) };
    case 'train':
      trainings.set(++handles, await startTraining(runtime, request.set, checkpoint));
      return { is: 'training', handle: handles };
    case 'epoch':
      return { is: 'lost', loss: await held(trainings, request.handle).epoch(request.starts) };
    case 'loss':
      return { is: 'lost', loss: await held(trainings, request.handle).loss(request.starts) };
    case 'weights':
      return { is: 'numbers', values: held(trainings, request.handle).weights() };
    case 'release':
      await models.get(request.handle)?.release();
      await trainings.get(request.handle)?.release();
      models.delete(request.handle);
      trainings.delete(request.handle);
      return { is: 'released' };
  }
}

async function releaseAll(): Promise<void> {
  for (const one of [...models.values(), ...trainings.values()]) await one.release();
}

function held<Thing>(things: ReadonlyMap<number, Thing>, handle: number): Thing {
  const found = things.get(handle);
  if (!found) throw new CoreError('not-found', `model ${handle} is no longer loaded: load it again`);
  return found;
}

function failed(error: unknown): Answer {
  const code = error instanceof CoreError ? error.code : undefined;
  return { is: 'failed', code, message: error instanceof Error ? error.message : String(error) };
}

/** One at a time, in the order in which they were asked. */
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', ({ id, ...request }: Numbered<Request>) => {
  if (request.is === 'close') {
    isClosing = true;
    last = last.then(releaseAll).then(() => parentPort?.close());
    return;
  }
  last = last.then(async () => {
    const answer = await answerTo(request).catch(failed);
    const numbered: Numbered<Answer> = { id, ...answer };
    parentPort?.postMessage(numbered, answer.is === 'numbers' ? [answer.values.buffer] : []);
  });
});
