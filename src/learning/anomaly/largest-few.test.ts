import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLargestFew } from './largest-few.ts';

describe('the largest few of some numbers', () => {
  it('have the mean of what a sort puts first, time after time', () => {
    const few = createLargestFew(3);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 }), (numbers) => {
        for (const one of numbers) few.add(one);
        const first = numbers.toSorted((one, other) => other - one).slice(0, 3);
        expect(few.take()).toBeCloseTo(first.reduce((sum, one) => sum + one, 0) / first.length, 12);
      }),
    );
  });

  it('have none when nothing was told', () => {
    expect(createLargestFew(3).take()).toBeNaN();
  });
});
