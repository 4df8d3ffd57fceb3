import { CoreError } from '../../../core/errors.ts';

/** What is wrong with the data, and where. */
export function refusal(where: string, what: string, cause?: unknown): CoreError {
  return new CoreError('bad-usage', `--data: ${where}: ${what}`, { cause });
}
