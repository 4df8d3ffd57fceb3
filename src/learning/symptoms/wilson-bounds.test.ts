import { expect, it } from 'vitest';
import { wilsonBounds } from './wilson-bounds.ts';

it.each([
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29, at 95 %.
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('gives the published interval of %i of %i', (hits, trials, low, high) => {
  const bounds = wilsonBounds(hits, trials, 1.959964);
  expect(bounds.low).toBeCloseTo(low, 4);
  expect(bounds.high).toBeCloseTo(high, 4);
});

it('knows nothing without a trial', () => {
  expect(wilsonBounds(0, 0, 3)).toEqual({ low: 0, high: 1 });
});
