import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createUsualLevels } from './usual-levels.ts';

/** Levels after noise between 9 and 11, whose standard deviation is 0.41. */
function afterNoise(count: number) {
  const random = createRandom(4);
  const levels = createUsualLevels(1, 10_000);
  for (let n = 0; n < count; n++) levels.ratio(0, 9 + random() + random());
  return levels;
}

describe('the usual level of a series', () => {
  it('says how many deviations a value is away from it, on either side', () => {
    for (const value of [8, 12]) {
      const ratio = afterNoise(1_000).ratio(0, value);
      expect(ratio).toBeGreaterThan(4);
      expect(ratio).toBeLessThan(6);
    }
  });

  it('is not known before fifty values', () => {
    expect(afterNoise(49).ratio(0, 99)).toBe(0);
  });

  it('learns little of a value that is far off', () => {
    const levels = afterNoise(1_000);
    levels.ratio(0, 1e9);
    levels.ratio(0, 10);
    expect(levels.ratio(0, 1e9)).toBeGreaterThan(500);
  });

  it('does not take rounding for a deviation where nothing ever changes', () => {
    const levels = createUsualLevels(1, 1_000);
    for (let n = 0; n < 100; n++) levels.ratio(0, 0.1 + 0.2);
    expect(levels.ratio(0, 0.3)).toBeLessThan(1e-6);
  });

  it('begins anew for another series, and for one more', () => {
    const levels = afterNoise(1_000);
    levels.forget(0);
    levels.grow(2);
    expect([levels.ratio(0, 99), levels.ratio(1, 99)]).toEqual([0, 0]);
  });
});
