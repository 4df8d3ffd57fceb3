import { CoreError } from '../core/errors.ts';

/** The number that a flag was given. Throws `bad-usage` unless it is one from `least` to `most`. */
export function numberOf(text: string, flag: string, [least, most]: readonly [least: number, most: number]): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < least || value > most)
    throw new CoreError('bad-usage', `${flag} ${text}: write a number from ${least} to ${most}`);
  return value;
}
