import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createRunningQuantiles } from './running-quantiles.ts';

/** The estimate after many draws from 0 to `most`. */
function learned(share: number, most: number): number {
  const quantiles = createRunningQuantiles(1, { share, memory: 5_000, pace: 3 });
  const random = createRandom(3);
  for (let n = 0; n < 20_000; n++) quantiles.add(0, Math.log2(random() * most));
  return quantiles.value(0);
}

describe('running quantiles', () => {
  it.each([
    [0.5, 1],
    [0.5, 1e9],
    [0.95, 1e-6],
  ])('come near the share %d of even draws up to %d', (share, most) => {
    expect(learned(share, most) / (share * most)).toBeGreaterThan(0.9);
    expect(learned(share, most) / (share * most)).toBeLessThan(1.1);
  });

  it('begin anew for another series', () => {
    const quantiles = createRunningQuantiles(1, { share: 0.5, memory: 10, pace: 3 });
    quantiles.add(0, 5);
    quantiles.forget(0);
    quantiles.grow(2);
    quantiles.add(0, 1);
    expect([quantiles.count(0), quantiles.value(0), quantiles.count(1)]).toEqual([1, 2, 0]);
  });
});
