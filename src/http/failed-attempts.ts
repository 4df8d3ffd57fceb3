import { isIPv6 } from 'node:net';
import type { Clock } from '../core/ports.ts';

/** So many wrong tokens may one address send in a minute before it has to wait for the next. */
const MAX_FAILURES = 20;
const WINDOW_MS = 60_000;
/** A token that was right so recently is asked about even from such an address: its owner may share it with the guesser. */
const TRUSTED_MS = 10 * 60_000;
const MAX_ADDRESSES = 10_000;
const MAX_TRUSTED = 1_000;

/** Counts wrong tokens by address, in bounded memory. `mark` stands for a token and is not the token. */
export interface FailedAttempts {
  /** How long this one has to wait; 0 when it may be asked about. */
  waitMs(address: string, mark: string): number;
  failed(address: string): void;
  succeeded(mark: string): void;
}

/** Begins to count. */
export function failedAttempts({ now }: Pick<Clock, 'now'>): FailedAttempts {
  const failures = new Map<string, { readonly since: number; readonly count: number }>();
  const trusted = new Map<string, number>();
  function current(address: string) {
    const counted = failures.get(networkOf(address));
    return counted && now() - counted.since < WINDOW_MS ? counted : { since: now(), count: 0 };
  }
  return {
    waitMs(address, mark) {
      const { since, count } = current(address);
      const isTrusted = now() - (trusted.get(mark) ?? Number.NEGATIVE_INFINITY) < TRUSTED_MS;
      return count < MAX_FAILURES || isTrusted ? 0 : since + WINDOW_MS - now();
    },
    failed(address) {
      const { since, count } = current(address);
      keep(failures, networkOf(address), { since, count: count + 1 }, MAX_ADDRESSES);
    },
    succeeded: (mark) => keep(trusted, mark, now(), MAX_TRUSTED),
  };
}

/** Keeps the newest; the oldest is forgotten first. */
function keep<Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > limit ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

/** A whole /64 is one sender: whoever has one IPv6 address has them all. */
function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
