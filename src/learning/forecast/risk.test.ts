import { describe, expect, it } from 'vitest';
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
