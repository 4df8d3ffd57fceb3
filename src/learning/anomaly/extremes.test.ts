import { describe, expect, it } from 'vitest';
import { createExtremes, type ExtremeOptions } from './extremes.ts';

const options: ExtremeOptions = { over: 1, share: 0.1, atLeast: 10 };

/** Extremes that know values from 0 to 10. */
function knowing(count: number, changes: Partial<ExtremeOptions> = {}) {
  const extremes = createExtremes(1, { ...options, ...changes });
  for (let n = 0; n < count; n++) extremes.beyond(0, n % 11, 0);
  return extremes;
}

describe('the extremes of a series', () => {
  it.each([
    ['above', 13, 3],
    ['below', -2, 2],
    ['inside', 5, 0],
    ['at the edge', 10, 0],
  ])('say how many tenths of the range a value is outside: %s', (_name, value, expected) => {
    expect(knowing(22).beyond(0, value, 0)).toBeCloseTo(expected, 12);
  });

  it('ask for more where the grain is coarse', () => {
    expect(knowing(22).beyond(0, 13, 2)).toBeCloseTo(1, 12);
  });

  it('say nothing of a young series', () => {
    expect(knowing(5).beyond(0, 99, 0)).toBe(0);
  });

  it('know a value once it was seen', () => {
    const extremes = knowing(22);
    extremes.beyond(0, 30, 0);
    expect(extremes.beyond(0, 30, 0)).toBe(0);
  });

  it('do not see one value, and see many, when they are smoothed', () => {
    const extremes = knowing(220, { over: 20 });
    expect(extremes.beyond(0, 25, 1)).toBeLessThan(1);
    const level = knowing(220, { over: 20 });
    const later = Array.from({ length: 20 }, () => level.beyond(0, 80, 1));
    expect(Math.max(...later)).toBeGreaterThan(1);
  });

  it('begin anew for another series, and for one more', () => {
    const extremes = knowing(22);
    extremes.forget(0);
    extremes.grow(2);
    expect([extremes.beyond(0, 99, 0), extremes.beyond(1, 99, 0)]).toEqual([0, 0]);
  });
});
