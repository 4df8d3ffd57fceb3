import { describe, expect, it } from 'vitest';
import { replicasFor } from './replicas.ts';
import { forecastOf, riskOf } from './risk.ts';

const values = (...list: number[]) => Float64Array.from(list);
const rule = { trivial: 1, rise: 1.5 };

describe('a risk', () => {
  it.each([
    ['a rise whose lower end is above the factor', 10, [12, 16], undefined, { kind: 'rise', step: 2, lower: 16 }],
    ['a likely rise whose lower end is below it', 10, [12, 15], undefined, undefined],
    ['a rise from next to nothing', 0.5, [9, 9], undefined, undefined],
    ['no current value', Number.NaN, [90, 90], undefined, undefined],
    ['no forecast', 10, [Number.NaN, Number.NaN], undefined, undefined],
    ['the limit reached, though the rise is small', 10, [11, 12], 11, { kind: 'limit', step: 1, lower: 11 }],
  ])('is judged by the lower end: %s', (...[, current, lower, limit, expected]) => {
    const risk = riskOf(current, { point: values(20, 20), lower: values(...lower) }, limit === undefined ? rule : { ...rule, limit });
    if (expected) expect(risk).toMatchObject(expected);
    else expect(risk).toBeUndefined();
  });

  it('is looked for in one series of many', () => {
    const all = { point: values(1, 2, 3, 4), lower: values(0, 1, 2, 3), upper: values(2, 3, 4, 5) };
    expect(forecastOf(all, 1, 2)).toEqual({ point: values(3, 4), lower: values(2, 3), upper: values(4, 5) });
  });
});

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
