import { Duration } from '../app/duration.ts';
import { CoreError } from '../core/errors.ts';

/** The milliseconds that a flag was given: `30s`, `5m`, or a number of seconds. Throws `bad-usage`. */
export function durationOf(text: string, flag: string): number {
  const parsed = Duration.safeParse(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : text);
  if (parsed.success && parsed.data > 0) return parsed.data;
  throw new CoreError('bad-usage', `${flag} ${text}: write a number of seconds, or a number with a unit: 500ms, 30s, 5m, 1h`);
}
