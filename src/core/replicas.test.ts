import { describe, expect, it } from 'vitest';
import { replicasFor } from './replicas.ts';

describe('the number of replicas', () => {
  const replicas = { fewest: 1, most: 10, perReplica: 100, target: 0.5 };
  it.each([
    ['grows when even the lower end does not fit', 2, [120, 180, 300], 4],
    ['stays when only the upper end does not fit', 2, [60, 90, 300], 2],
    ['shrinks when even the upper end would fit into fewer', 4, [10, 40, 90], 2],
    ['stays when the upper end would not', 4, [10, 40, 180], 4],
    ['is never above the most', 2, [900, 900, 900], 10],
    ['is never below the fewest', 4, [0, 0, 0], 1],
    ['stays without a forecast', 4, [Number.NaN, Number.NaN, Number.NaN], 4],
  ])('%s', (_name, current, [lower = 0, point = 0, upper = 0], expected) => {
    expect(replicasFor(current, { lower, point, upper }, replicas)).toBe(expected);
  });
});
