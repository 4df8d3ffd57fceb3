import { expect, it } from 'vitest';
import { limit } from './limit.ts';

const hours = limit({ standard: 5, floor: 1, ceiling: 10 });

it.each([
  ['the default when nothing is configured', undefined, 5],
  ['a value within the bounds', 7, 7],
  ['the ceiling for what lies above it', 11, 10],
  ['the floor for what lies below it', 0, 1],
  ['the bounds themselves', 10, 10],
])('gives %s', (_what, configured, expected) => {
  expect(hours.parse(configured)).toBe(expected);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, '5', null])('refuses %s', (value) => {
  expect(hours.safeParse(value).success).toBe(false);
});

it('never goes below nought', () => {
  expect(limit({ standard: 1 }).parse(-1)).toBe(0);
});
