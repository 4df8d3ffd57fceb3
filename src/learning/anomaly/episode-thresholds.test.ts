import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createEpisodeThresholds, type EpisodeOptions } from './episode-thresholds.ts';

const options: EpisodeOptions = { alarmsPerSample: 1 / 100, halfLife: 10_000, floor: 2, prior: 5, atLeast: 100 };

function fed(count: number, oddness: (n: number) => number, changes: Partial<EpisodeOptions> = {}) {
  const thresholds = createEpisodeThresholds(1, { ...options, ...changes });
  for (let n = 0; n < count; n++) thresholds.add(0, oddness(n));
  return thresholds;
}

/** A peak of a drawn height between 1 and 101 every 20 samples, `long` samples each. */
function peaks(long: number) {
  const random = createRandom(5);
  let height = 0;
  return (n: number) => {
    if (n % 20 === 0) height = 1 + 100 * random();
    return n % 20 < long ? height : 0.1;
  };
}

describe('the threshold of a series', () => {
  it('is the prior before anything is known, and not below it while the series is young', () => {
    expect(createEpisodeThresholds(1, options).value(0)).toBe(5);
    expect(fed(96, () => 0.1).value(0)).toBe(5);
  });

  it('is above what a young series does all the time', () => {
    expect(fed(96, peaks(1)).value(0)).toBeGreaterThan(40);
  });

  it('is never under the floor', () => {
    expect(fed(1_000, () => 0.1).value(0)).toBe(2);
  });

  it('is what its episodes reach as often as there may be alarms, whether they are short or long', () => {
    // One sample in a hundred may alarm, an episode begins every twenty: a fifth of them may, which is those above 81.
    for (const long of [1, 5, 10]) {
      const value = fed(20_000, peaks(long)).value(0);
      expect(value).toBeGreaterThan(72);
      expect(value).toBeLessThan(90);
    }
  });

  it('is lower with a larger budget', () => {
    expect(fed(20_000, peaks(1), { alarmsPerSample: 1 / 25 }).value(0)).toBeLessThan(fed(20_000, peaks(1)).value(0) / 2);
  });

  it('takes episodes with few ordinary samples in between for one', () => {
    const close = fed(5_000, (n) => (n % 5 === 0 ? 50 : 0.1));
    expect(close.value(0)).toBe(2);
  });

  it('follows a series that changes', () => {
    const thresholds = fed(5_000, (n) => (n % 20 === 0 ? 90 : 0.1), { halfLife: 500 });
    expect(thresholds.value(0)).toBeGreaterThan(70);
    for (let n = 0; n < 10_000; n++) thresholds.add(0, 0.1);
    expect(thresholds.value(0)).toBe(2);
  });

  it('stays right however many samples it has seen', () => {
    const value = fed(10_000, (n) => (n % 20 === 0 ? 20 : 0.1), { halfLife: 100 }).value(0);
    expect(value).toBeGreaterThan(16);
    expect(value).toBeLessThan(24);
  });

  it('begins anew for another series, and for one more', () => {
    const thresholds = fed(1_000, peaks(1));
    thresholds.forget(0);
    thresholds.grow(2);
    expect([thresholds.value(0), thresholds.value(1)]).toEqual([5, 5]);
  });
});
