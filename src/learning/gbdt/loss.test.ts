import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Loss, lossAt, pullOf, quantileOf } from './loss.ts';

it('a quantile is the same as by sorting', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const sorted = Float64Array.from(values).sort();
        const at = share * (sorted.length - 1);
        const [below = 0, above = 0] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
        expect(quantileOf(Float64Array.from(values), share)).toBeCloseTo(below + (above - below) * (at - Math.floor(at)), 9);
      },
    ),
  );
});

it.each<Loss>([
  { kind: 'squared' },
  { kind: 'absolute' },
  { kind: 'huber', delta: 0.5 },
  { kind: 'quantile', share: 0.2 },
  { kind: 'logistic' },
])('the pull of the loss $kind is its downward slope', (loss) => {
  for (const [target, sum] of [[1, 0.3] as const, [0, 0.4] as const, [1, -2] as const, [0, 3] as const]) {
    const slope = (lossAt(loss, target, sum + 1e-6) - lossAt(loss, target, sum - 1e-6)) / 2e-6;
    expect(pullOf(loss, target, sum)).toBeCloseTo(-slope, 4);
  }
});
