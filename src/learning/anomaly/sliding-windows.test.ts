import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlidingWindows } from './sliding-windows.ts';

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low = Number.NaN, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** As the windows have it: of an even number of distances the upper middle one. */
function spreadOf(values: readonly number[], middle: number): number {
  return values.map((value) => Math.abs(value - middle)).toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

describe('sliding windows', () => {
  it('give the median and the spread of the last values, as sorting them all would', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (all, width) => {
        const windows = createSlidingWindows(2, width);
        for (const [n, value] of all.entries()) {
          windows.push(1, value);
          const last = all.slice(Math.max(0, n + 1 - width), n + 1);
          expect(windows.count(1)).toBe(last.length);
          expect(windows.median(1)).toBe(medianOf(last));
          expect(windows.spread(1, medianOf(last))).toBeCloseTo(spreadOf(last, medianOf(last)), 12);
        }
      }),
    );
  });

  it('keep slots apart, also when there are more of them later', () => {
    const windows = createSlidingWindows(1, 3);
    windows.push(0, 5);
    windows.grow(2);
    windows.push(1, 7);
    expect([windows.median(0), windows.median(1)]).toEqual([5, 7]);
  });

  it('are empty at first and after they were told to forget', () => {
    const windows = createSlidingWindows(1, 3);
    expect(windows.median(0)).toBeNaN();
    windows.push(0, 5);
    windows.forget(0);
    expect([windows.count(0), windows.median(0)]).toEqual([0, Number.NaN]);
  });
});
