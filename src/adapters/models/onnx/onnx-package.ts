import { CoreError } from '../../../core/errors.ts';

/** The package onnxruntime-node. */
export type OnnxPackage = typeof import('onnxruntime-node');

/** Imports onnxruntime-node when it is used first. Throws `package-missing` when it is not installed or has no build for this machine. */
export async function onnxRuntime(): Promise<OnnxPackage> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new CoreError(
      'package-missing',
      `learned models need the package onnxruntime-node, which cannot be loaded (${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}); ` +
        'install it with `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`. All that needs no learned model works without it.',
      { cause: error },
    );
  }
}
