import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createTailThresholds } from './tail-thresholds.ts';

const options = { share: 0.99, halfLife: 1_000, floor: 2, prior: 5, atLeast: 100 };

function fed(count: number, oddness: () => number) {
  const thresholds = createTailThresholds(1, options);
  for (let n = 0; n < count; n++) thresholds.add(0, oddness());
  return thresholds;
}

describe('the threshold of a series', () => {
  it('is the prior while the series is young', () => {
    expect(fed(99, () => 50).value(0)).toBe(5);
  });

  it('is never under the floor', () => {
    expect(fed(1_000, () => 0.1).value(0)).toBe(2);
  });

  it('is what the wanted share of its past stays below', () => {
    const random = createRandom(5);
    const value = fed(20_000, () => 100 * random()).value(0);
    expect(value).toBeGreaterThan(90);
    expect(value).toBeLessThan(110);
  });

  it('follows a series that changes', () => {
    const thresholds = fed(5_000, () => 100);
    for (let n = 0; n < 20_000; n++) thresholds.add(0, 1);
    expect(thresholds.value(0)).toBe(2);
  });

  it('stays right however many samples it has seen', () => {
    const thresholds = createTailThresholds(1, { ...options, halfLife: 2 });
    for (let n = 0; n < 10_000; n++) thresholds.add(0, 20);
    expect(thresholds.value(0)).toBeGreaterThan(16);
    expect(thresholds.value(0)).toBeLessThan(24);
  });

  it('begins anew for another series, and for one more', () => {
    const thresholds = fed(1_000, () => 50);
    thresholds.forget(0);
    thresholds.grow(2);
    expect([thresholds.value(0), thresholds.value(1)]).toEqual([5, 5]);
  });
});
