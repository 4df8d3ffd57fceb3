import { describe, expect, it } from 'vitest';
import { createRandom } from '../simulator/random.ts';
import { bootstrapIntervals } from './bootstrap.ts';

const mean = (sample: readonly number[]) => ({ mean: sample.reduce((sum, one) => sum + one, 0) / sample.length });

/** Draws from a normal distribution with mean 10 and deviation 2 (Box and Muller). */
function normals(count: number, random: () => number): number[] {
  return Array.from({ length: count }, () => 10 + 2 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** The share of samples whose interval holds the true mean. */
function coverage(level: number): number {
  const random = createRandom(7);
  const trials = Array.from({ length: 400 }, () => {
    const { mean: [low, high] = [Number.NaN, Number.NaN] } = bootstrapIntervals(normals(30, random), mean, {
      random,
      resamples: 400,
      level,
    });
    return low <= 10 && 10 <= high;
  });
  return trials.filter(Boolean).length / trials.length;
}

describe('a bootstrap interval', () => {
  it('of 95 % holds the true mean of normal samples in some 95 of 100 cases', () => {
    expect(coverage(0.95)).toBeGreaterThan(0.9);
    expect(coverage(0.95)).toBeLessThan(0.98);
  });

  it('of 50 % holds it in some 50 of 100, so that the test above can fail', () => {
    expect(coverage(0.5)).toBeGreaterThan(0.42);
    expect(coverage(0.5)).toBeLessThan(0.57);
  });

  it('is as wide as theory says for a mean', () => {
    const sample = normals(400, createRandom(3));
    const { mean: [low, high] = [0, 0] } = bootstrapIntervals(sample, mean, { random: createRandom(4) });
    expect(high - low).toBeCloseTo((2 * 1.96 * 2) / Math.sqrt(400), 1);
  });

  it('is the same for the same seed, and another for another', () => {
    const once = (seed: number) => bootstrapIntervals([1, 2, 3, 5, 8], mean, { random: createRandom(seed), resamples: 50 });
    expect(once(1)).toEqual(once(1));
    expect(once(1)).not.toEqual(once(2));
  });

  it('is a point when all cases are alike, and for a single one', () => {
    expect(bootstrapIntervals([4, 4, 4], mean, { random: createRandom(1) })).toEqual({ mean: [4, 4] });
    expect(bootstrapIntervals([4], mean, { random: createRandom(1) })).toEqual({ mean: [4, 4] });
  });

  it('draws the same cases for all figures', () => {
    const both = (sample: readonly number[]) => ({ ...mean(sample), negative: -mean(sample).mean });
    const { mean: [low, high] = [], negative } = bootstrapIntervals([1, 2, 9], both, { random: createRandom(1) });
    expect(negative).toEqual([-(high ?? 0), -(low ?? 0)]);
  });

  it('is not a number where a sample has no such figure, instead of leaving it out', () => {
    const figuresOf = (sample: readonly number[]) => (sample.includes(1) ? { rare: 1 } : {});
    expect(bootstrapIntervals([1, 2, 3], figuresOf, { random: createRandom(1) })).toEqual({ rare: [Number.NaN, Number.NaN] });
  });

  it('needs a case', () => {
    expect(() => bootstrapIntervals([], mean, { random: createRandom(1) })).toThrow(RangeError);
  });
});
