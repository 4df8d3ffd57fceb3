import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { CoreError, type ErrorCode } from '../../../core/errors.ts';
import { type ImportedModel, kerasToOnnx } from '../../../learning/keras/keras-to-onnx.ts';
import { capWasmMemory } from './cap-wasm-memory.ts';
import { withKerasFile } from './with-keras-file.ts';

/** What the worker is given: a copy of the file, and what to call it. */
export interface ImportOrder {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** What the worker says at the end: the model, or why there is none. */
export type ImportAnswer =
  | { readonly is: 'imported'; readonly model: ImportedModel }
  | { readonly is: 'failed'; readonly code: ErrorCode; readonly message: string };

async function answerTo({ bytes, name }: ImportOrder): Promise<ImportAnswer> {
  try {
    capWasmMemory();
    return { is: 'imported', model: await withKerasFile(bytes, name, kerasToOnnx) };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { is: 'failed', code: error.code, message: error.message };
  }
}

if (!isMainThread) parentPort?.postMessage(await answerTo(workerData));
