import { describe, expect, it } from 'vitest';
import { staticWithin, threeSigma } from './baselines.ts';
import type { Scene } from './scene.ts';
import { figuresOf, tallyOf } from './tally.ts';

const MINUTE_MS = 60_000;

/** A day in minutes with a fault of ten minutes at minute 600. */
const scene: Scene = {
  ...{ name: 'day', detector: 'slow', stepMs: MINUTE_MS, dims: 1, scoredFrom: 0 },
  at: Float64Array.from({ length: 1_440 }, (_, i) => i * MINUTE_MS),
  values: Float64Array.from({ length: 1_440 }, (_, i) => (i >= 600 && i <= 610 ? 9 : 1 + (i % 2))),
  faults: [{ from: 600 * MINUTE_MS, to: 610 * MINUTE_MS }],
};
const alarmsAt = (...minutes: readonly number[]) => Uint8Array.from(scene.at, (_, i) => (minutes.includes(i) ? 1 : 0));

describe('a tally', () => {
  it.each<[string, readonly number[], readonly number[], number]>([
    ['an alarm in the fault', [604], [4], 0],
    ['alarms in it and soon after', [604, 605, 620], [4], 0],
    ['an alarm before and one long after', [599, 640], [], 2],
    ['two alarms that are half an hour apart', [100, 130], [], 1],
    ['two that are farther apart', [100, 131], [], 2],
    ['none', [], [], 0],
  ])('of %s', (_, minutes, found, falseAlarms) => {
    expect(tallyOf(alarmsAt(...minutes), scene)).toMatchObject({ faults: 1, minutes: found, falseAlarms });
  });

  it('counts the lead where that is what counts', () => {
    expect(tallyOf(alarmsAt(604), { ...scene, isAhead: true }).minutes).toEqual([6]);
  });

  it('takes no alarm for false in the fault of another, or before the scored part', () => {
    const elsewhere = [{ from: 100 * MINUTE_MS, to: 110 * MINUTE_MS }];
    const tally = tallyOf(alarmsAt(30, 105), { ...scene, elsewhere, scoredFrom: 60 });
    expect(tally.falseAlarms).toBe(0);
    expect(tally.days).toBeCloseTo((1_440 - 60 - 26 - 26) / 1_440, 6);
  });

  it('gives the recall of an alarm that is always on, with its false alarms', () => {
    const tally = tallyOf(new Uint8Array(1_440).fill(1), scene);
    expect(figuresOf('slow', [tally])).toMatchObject({ 'slow.recall': 1, 'slow.minutes': 0 });
    expect(tally.falseAlarms).toBeGreaterThan(0);
  });

  it('leaves out what cannot be told', () => {
    expect(Object.keys(figuresOf('slow', [tallyOf(alarmsAt(), { ...scene, faults: [] })]))).toEqual([
      'slow.falseAlarmsPerDay',
      'slow.days',
    ]);
  });
});

describe('the baselines', () => {
  it('have the lowest fixed thresholds that keep to the false alarms that are allowed', () => {
    const [tally] = staticWithin(0, [scene]);
    expect(tally).toMatchObject({ minutes: [0], falseAlarms: 0 });
  });

  it('find what is three deviations up', () => {
    expect(tallyOf(threeSigma(scene), scene)).toMatchObject({ minutes: [0], falseAlarms: 0 });
  });
});
