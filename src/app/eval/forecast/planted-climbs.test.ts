import { expect, it } from 'vitest';
import { createRandom } from '../../../simulator/random.ts';
import { plantedClimbs, withClimb } from './planted-climbs.ts';

const shares = new Float64Array(300).fill(0.4);

it('climbs beyond capacity after the given step, stays some steps, and leaves the rest as it was', () => {
  for (let seed = 1; seed < 50; seed++) {
    const planted = withClimb(shares, 100, createRandom(seed)) ?? expect.fail();
    expect(planted.subarray(0, 100)).toEqual(shares.subarray(0, 100));
    expect(Math.max(...planted)).toBeCloseTo(plantedClimbs.top, 9);
    expect(planted.filter((share) => share >= plantedClimbs.top - 1e-9)).toHaveLength(plantedClimbs.staysSteps);
    expect(planted.at(-1)).toBe(0.4);
  }
});

it('is the same for the same numbers, and needs room', () => {
  expect(withClimb(shares, 100, createRandom(3))).toEqual(withClimb(shares, 100, createRandom(3)));
  expect(withClimb(shares.subarray(0, 110), 100, createRandom(3))).toBeUndefined();
});
