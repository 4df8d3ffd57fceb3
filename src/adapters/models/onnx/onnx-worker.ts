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

async function answerTo(request: Request): Promise<Answer> {
  const runtime = await onnxRuntime();
  switch (request.is) {
    case 'load': {
      const model = await loadModel(runtime, request.model);
      models.set(++handles, model);
      return { is: 'loaded', handle: handles, shape: model.shape };
    }
    case 'forecast':
      return { is: 'numbers', values: await held(models, request.handle).forecast(request) };
    case 'train':
      trainings.set(++handles, await startTraining(runtime, request.set));
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
  last = last.then(async () => {
    const answer = await answerTo(request).catch(failed);
    const numbered: Numbered<Answer> = { id, ...answer };
    parentPort?.postMessage(numbered, answer.is === 'numbers' ? [answer.values.buffer] : []);
  });
});
