import { expect, it } from 'vitest';
import { bytes, duration, instant, oneLine } from './words.ts';

it.each([
  [0, '0 s'],
  [499, '0 s'],
  [1_500, '2 s'],
  [59_999, '1 min'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [3_661_000, '1 h 1 min'],
  [90_000_000, '1 d 1 h'],
  [86_460_000, '1 d 1 min'],
  [-5, '0 s'],
])('%d ms read "%s"', (ms, words) => expect(duration(ms)).toBe(words));

it('writes instants in UTC', () => {
  expect(instant(Date.UTC(2026, 10, 21, 0, 23, 3))).toBe('2026-11-21 00:23:03 UTC');
  expect(instant(undefined)).toBe('an unknown time');
});

it('writes memory in its binary unit', () => {
  expect(bytes(48 * 1024 ** 2)).toBe('48 MiB');
  expect(bytes(1.5 * 1024 ** 3)).toBe('1.5 GiB');
});

it('puts text on one line of 200 characters at most', () => {
  expect(oneLine(' a\n\tb ')).toBe('a b');
  expect(oneLine(undefined)).toBe('');
  expect(oneLine('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
  expect(oneLine('x'.repeat(200))).toHaveLength(200);
});
