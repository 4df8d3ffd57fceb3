import { CoreError } from '../../core/errors.ts';

/** The failure by which a Keras model is turned down: where the trouble lies, what it is, and what to do. */
export function refusal(where: string, why: string, remedy: string): CoreError {
  return new CoreError('model-refused', `${where}: ${why}; ${remedy}`);
}
