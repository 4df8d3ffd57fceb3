import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationSketch } from './duration-sketch.ts';

const durations = fc.array(fc.double({ min: 0.001, max: 10_000_000, noNaN: true }), { minLength: 1, maxLength: 300 });

function sketchOf(values: readonly number[]) {
  const sketch = durationSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

describe('a sketch of durations', () => {
  it('gives every quantile within 2 % of the true one, from a microsecond to hours', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, q) => {
        const truth = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? Number.NaN;
        expect(Math.abs(sketchOf(values).quantile(q) - truth) / truth).toBeLessThanOrEqual(0.0201);
      }),
    );
  });

  it('is the same whether merged or filled at once', () => {
    fc.assert(
      fc.property(durations, durations, (one, two) => {
        const merged = sketchOf(one);
        merged.merge(sketchOf(two));
        const whole = sketchOf([...one, ...two]);
        expect([merged.count, merged.quantile(0.5), merged.quantile(0.99)]).toEqual([
          whole.count,
          whole.quantile(0.5),
          whole.quantile(0.99),
        ]);
        expect(merged.sumMs).toBeCloseTo(whole.sumMs, 3);
      }),
    );
  });

  it('says NaN when it is empty, and survives what is too short or too long', () => {
    expect(durationSketch().quantile(0.5)).toBeNaN();
    expect(sketchOf([0, 0]).quantile(0.99)).toBe(0);
    expect(sketchOf([1e12]).quantile(0.5)).toBe(1e12);
  });
});
