import { expect, it } from 'vitest';
import { percent, span, spanAgo, timeOfDay } from './span.ts';

const MINUTE = 60_000;

it.each([
  [-1, '0 s', '0 s ago'],
  [0, '0 s', '0 s ago'],
  [1, '1 s', '0 s ago'],
  [61_000, '61 s', '61 s ago'],
  [2 * MINUTE, '2 min', '2 min ago'],
  [2 * MINUTE + 1, '3 min', '2 min ago'],
  [119 * MINUTE, '119 min', '119 min ago'],
  [120 * MINUTE, '2 h', '2 h ago'],
  [121 * MINUTE, '3 h', '2 h ago'],
])('says %d ms as %s to go and %s', (ms, toGo, ago) => {
  expect([span(ms), spanAgo(ms)]).toEqual([toGo, ago]);
});

it('says the time of day in UTC', () => {
  expect(timeOfDay(Date.UTC(2027, 0, 1, 9, 5))).toBe('09:05 UTC');
});

it.each([
  [0.2, '20 %'],
  [0.201, '21 %'],
  [0.57, '57 %'],
  [1, '100 %'],
])('says %d as %s', (share, text) => {
  expect(percent(share)).toBe(text);
});
