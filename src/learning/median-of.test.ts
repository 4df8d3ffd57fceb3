import { expect, it } from 'vitest';
import { medianOf } from './median-of.ts';

it.each<[string, readonly number[], number]>([
  ['an odd number of values is the one in the middle', [9, 1, 10], 9],
  ['an even number is the mean of the two in the middle', [4, 10, 1, 2], 3],
  ['one value is that value', [7], 7],
  ['none is not a number', [], Number.NaN],
])('the median of %s', (_what, values, median) => {
  const given = Float64Array.from(values);
  expect(medianOf(given)).toBe(median);
  expect([...given]).toEqual(values);
});
