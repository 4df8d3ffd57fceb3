import { expect, it } from 'vitest';
import { weightedMedian } from './weighted-median.ts';

it.each([
  ['is the middle when all weigh alike', [3, 1, 2], [1, 1, 1], 2],
  ['is the heavy one', [1, 9, 5], [1, 9, 1], 9],
  ['is the lower of two', [4, 2], [1, 1], 2],
  ['leaves out NaN and what has no weight', [Number.NaN, 7, 3], [5, 1, 0], 7],
  ['is NaN of nothing', [], [], Number.NaN],
  ['is NaN without any weight', [1, 2], [0, 0], Number.NaN],
])('a weighted median %s', (...[, values, weights, median]) => {
  expect(weightedMedian(Float64Array.from(values), Float64Array.from(weights))).toBe(median);
});
