import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createExhaustionMonitor, diskExhaustion, type ExhaustionOptions, memoryExhaustion } from './exhaustion-monitor.ts';

const MINUTE_MS = 60_000;

/** The minutes at which it fires, for shares of a limit; `noise` is between -1 and 1. */
function firingMinutes(options: ExhaustionOptions, minutes: number, share: (minute: number, noise: number) => number): number[] {
  const random = createRandom(9);
  const monitor = createExhaustionMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 }, options);
  const fired: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    monitor.step(minute * MINUTE_MS, Float64Array.of(share(minute, random() + random() - 1)));
    if (monitor.firing[0] === 1) fired.push(minute);
  }
  return fired;
}

const DAY = 1_440;
/** A leak that begins after five hours, at half of the limit, and reaches it after `hours`. */
const leak = (hours: number) => (minute: number, noise: number) =>
  Math.min(1, 0.5 + 0.01 * noise + Math.max(0, (minute - 300) / (60 * hours)) / 2);

describe('the monitor for memory that runs out', () => {
  it.each([1, 3, 12])('fires ten minutes or more before a leak of %i hours reaches the limit, and not before the leak', (hours) => {
    const fired = firingMinutes(memoryExhaustion, 300 + 60 * hours, leak(hours));
    expect(fired[0]).toBeGreaterThan(300);
    expect(fired[0]).toBeLessThan(300 + 60 * hours - 10);
    expect(fired.at(-1)).toBe(299 + 60 * hours);
  });

  it.each<[string, (minute: number, noise: number) => number]>([
    ['a process that lives at 94 %', (_, noise) => 0.94 + 0.03 * noise],
    ['a warm-up that levels off', (minute, noise) => 0.9 * (1 - Math.exp(-minute / 90)) + 0.005 * noise],
    ['a step up that stays', (minute, noise) => (minute < 600 ? 0.4 : 0.9) + 0.01 * noise],
    ['a rise far below the limit', (minute) => 0.1 + 0.00015 * minute],
    ['a collector that sweeps every ten minutes', (minute) => 0.6 + 0.03 * (minute % 10)],
    ['a fall', (minute, noise) => Math.max(0.1, 0.95 - 0.0005 * minute) + 0.005 * noise],
    ['noise all over the range', (_, noise) => 0.5 + 0.45 * noise],
  ])('is silent over %s', (_, share) => {
    expect(firingMinutes(memoryExhaustion, 2 * DAY, share)).toEqual([]);
  });

  it('is silent over a day that rises and falls, once it has seen one', () => {
    const daily = (minute: number, noise: number) => 0.7 + 0.2 * Math.sin((2 * Math.PI * minute) / DAY) + 0.005 * noise;
    expect(firingMinutes(memoryExhaustion, 4 * DAY, daily).filter((minute) => minute > DAY / 2)).toEqual([]);
  });

  it('ends with a restart, and warns of the next life anew', () => {
    const perLife = (minute: number, noise: number) => leak(1)(300 + (minute % 60), noise);
    const fired = firingMinutes(memoryExhaustion, 180, perLife);
    expect([0, 60, 120].map((start) => fired.some((minute) => minute >= start + 20 && minute < start + 60))).toEqual([true, true, true]);
    expect(fired.filter((minute) => minute % 60 < 15)).toEqual([]);
  });

  it('says nothing of missing samples, and takes none for a drop', () => {
    const gaps = (minute: number, noise: number) => (minute % 5 === 0 ? Number.NaN : leak(2)(minute, noise));
    expect(firingMinutes(memoryExhaustion, 420, gaps)[0]).toBeLessThan(410);
  });

  it('says when, from the soonest to the latest', () => {
    const monitor = createExhaustionMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 }, memoryExhaustion);
    for (let minute = 0; minute < 50; minute++) monitor.step(minute * MINUTE_MS, Float64Array.of(0.4 + 0.01 * minute));
    expect(monitor.firing[0]).toBe(1);
    expect(monitor.describe(0)).toBe('89 % of the limit is used, and it rises by 60 to 60 points an hour: all of it in 11 min to 11 min');
  });
});

describe('the monitor for disks that run out', () => {
  it('fires an hour or more before a disk is full', () => {
    const fired = firingMinutes(diskExhaustion, 300 + 60 * 12, leak(12));
    expect(fired[0]).toBeGreaterThan(300);
    expect(fired[0]).toBeLessThan(300 + 60 * 11);
  });

  it('fires for a disk that is full, whatever it does', () => {
    expect(firingMinutes(diskExhaustion, 3, () => 0.99)).toEqual([0, 1, 2]);
  });

  it('warns of logs that are rotated in their first round at most', () => {
    const round = 180;
    const fired = firingMinutes(diskExhaustion, 2 * DAY, (minute) => 0.3 + (0.6 * (minute % round)) / round);
    expect(fired.filter((minute) => minute >= round)).toEqual([]);
  });

  it('still warns when the use goes beyond where it turned before', () => {
    const fired = firingMinutes(diskExhaustion, 3 * DAY, (minute) =>
      Math.min(1, minute < DAY ? 0.3 + (0.5 * (minute % 180)) / 180 : 0.3 + (minute - DAY) / (2 * DAY)),
    );
    expect(fired.filter((minute) => minute > DAY)[0]).toBeLessThan(DAY + 0.7 * 2 * DAY - 60);
  });
});
