import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { blockTrend, type Trend } from './block-trend.ts';

const MINUTE_MS = 60_000;
const BLOCK_MS = 5 * MINUTE_MS;

/** The trend after so many minutes of a series. */
function trendAfter(minutes: number, valueAt: (minute: number) => number): Trend | undefined {
  const follower = blockTrend(BLOCK_MS);
  for (let minute = 0; minute < minutes; minute++) {
    const value = valueAt(minute);
    if (!Number.isNaN(value)) follower.take(minute * MINUTE_MS, value);
  }
  return follower.trend();
}

describe('a trend over blocks', () => {
  it('is the slope of a straight line, and goes on for ever', () => {
    const { slow = 0, fast = 0, rest } = trendAfter(60, (minute) => 3 * minute) ?? {};
    expect([slow * MINUTE_MS, fast * MINUTE_MS]).toEqual([expect.closeTo(3, 6), expect.closeTo(3, 6)]);
    expect(rest).toBe(Number.POSITIVE_INFINITY);
  });

  it('holds the true slope between its ends where there is noise', () => {
    const random = createRandom(2);
    const { slow = 0, fast = 0 } = trendAfter(60, (minute) => 3 * minute + 20 * (random() - 0.5)) ?? {};
    expect(slow * MINUTE_MS).toBeLessThan(3);
    expect(fast * MINUTE_MS).toBeGreaterThan(3);
    expect(slow).toBeGreaterThan(0);
  });

  it('knows about how much is still to come of what levels off', () => {
    const { rest = 0 } = trendAfter(50, (minute) => 100 * (1 - Math.exp(-minute / 25))) ?? {};
    expect(rest).toBeGreaterThan(5);
    expect(rest).toBeLessThan(40);
  });

  it.each<[string, number, (minute: number) => number]>([
    ['few blocks', 25, (minute) => minute],
    ['what stands still', 60, () => 7],
    ['what falls', 60, (minute) => -minute],
    ['what has stopped to rise', 60, (minute) => Math.min(minute, 40)],
    ['one step up', 60, (minute) => (minute < 30 ? 1 : 2)],
    ['what goes up and down', 60, (minute) => minute % 11],
    ['what comes after a gap of two blocks', 60, (minute) => (minute > 20 && minute < 40 ? Number.NaN : minute)],
  ])('is none of %s', (_, minutes, valueAt) => {
    expect(trendAfter(minutes, valueAt)).toBeUndefined();
  });

  it('takes no notice of single values that are far out', () => {
    const { fast = 0 } = trendAfter(60, (minute) => (minute % 5 === 2 ? 1e6 : minute)) ?? {};
    expect(fast * MINUTE_MS).toBeCloseTo(1, 0);
  });

  it('begins anew with a restart', () => {
    const follower = blockTrend(BLOCK_MS);
    for (let minute = 0; minute < 60; minute++) follower.take(minute * MINUTE_MS, minute);
    expect(follower.trend()).toBeDefined();
    follower.restart();
    expect(follower.trend()).toBeUndefined();
  });
});
