import { Worker } from 'node:worker_threads';
import { CoreError } from '../../../core/errors.ts';
import type { ImportedModel } from '../../../learning/keras/keras-to-onnx.ts';
import { kerasLimits } from '../../../learning/keras/limits.ts';
import { refusal } from '../../../learning/keras/refusal.ts';
import type { ImportAnswer, ImportOrder } from './import-worker.ts';

/** How long one import may take. */
const deadlineMs = 30_000;
/** The JavaScript memory of the thread; that of WebAssembly is capped by the thread itself. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/**
 * Writes a Keras model, `.h5` or `.keras`, as ONNX that gives the same outputs. The file is read in a thread of its own with bounded
 * memory and time, and no code in it is ever run. Throws `model-refused` with the reason, the layer and what to do; `package-missing`
 * when h5wasm or fflate is not installed. The name is for messages.
 */
export async function importKeras(bytes: Uint8Array, name: string): Promise<ImportedModel> {
  if (bytes.length > kerasLimits.fileBytes)
    throw refusal(name, `it is larger than ${kerasLimits.fileBytes} bytes`, 'make the model smaller');
  const answer = await answerOf({ bytes, name });
  if (answer.is === 'failed') throw new CoreError(answer.code, answer.message);
  return answer.model;
}

async function answerOf(order: ImportOrder): Promise<ImportAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ImportAnswer>();
  const broken = (why: string) => reject(refusal(order.name, why, 'copy or save the model again'));
  // Runs as TypeScript from the sources and as JavaScript once built: the worker has the same ending as this file.
  const url = new URL(import.meta.url.replace(/import-keras(\.[jt]s)$/, 'import-worker$1'));
  // HDF5 tells every fault on standard error; the answer says it once.
  const worker = new Worker(url, { workerData: order, resourceLimits, stdout: true, stderr: true, env: {} });
  const timer = setTimeout(() => broken(`reading it took more than ${deadlineMs / 1000} s`), deadlineMs);
  worker.once('message', resolve);
  worker.once('error', (error) => broken(`reading it failed (${error.message.slice(0, 200)})`));
  worker.once('exit', () => broken('reading it ended without an answer'));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
