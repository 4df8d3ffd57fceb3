import { describe, expect, it } from 'vitest';
import { type Scored, saturationFigures, saturationTally } from './saturation-tally.ts';

/** A hundred steps at a half, and full in 60 to 69. */
const shares = Float64Array.from({ length: 100 }, (_, step) => (step >= 60 && step < 70 ? 0.95 : 0.5));
const firing = (...spans: readonly (readonly [number, number])[]) =>
  Uint8Array.from({ length: 100 }, (_, step) => Number(spans.some(([from, to]) => step >= from && step < to)));
const tally = (alarms: Uint8Array, more: Partial<Scored> = {}) => saturationTally({ shares, alarms, from: 0, stepsPerDay: 50, ...more });

describe('one onset of saturation', () => {
  it.each<[string, Uint8Array, object]>([
    ['foretold ten steps ahead', firing([50, 72]), { found: 1, leads: [10], falseAlarms: 0 }],
    ['found when it had begun', firing([61, 72]), { found: 1, leads: [], falseAlarms: 0 }],
    ['missed', firing(), { found: 0, leads: [], falseAlarms: 0 }],
    ['found too late', firing([66, 72]), { found: 0, leads: [], falseAlarms: 0 }],
    ['not foretold by an alarm that was over before', firing([50, 55]), { found: 0, leads: [], falseAlarms: 0 }],
    ['not foretold by one that always fires', firing([0, 100]), { found: 1, leads: [], falseAlarms: 1 }],
    ['beside a false alarm', firing([20, 25], [61, 72]), { found: 1, leads: [], falseAlarms: 1 }],
  ])('is %s', (_how, alarms, expected) => {
    expect(tally(alarms)).toEqual({ onsets: 1, days: 2, ...expected });
  });

  it('is none where the limit is reached for one step only, where it was reached just before, or before what counts', () => {
    const once = shares.map((share, step) => (step > 60 ? 0.5 : share));
    expect(tally(firing(), { shares: once })).toMatchObject({ onsets: 0 });
    const twice = shares.map((share, step) => (step === 55 ? 0.95 : share));
    expect(tally(firing(), { shares: twice })).toMatchObject({ onsets: 0 });
    expect(tally(firing([20, 25]), { from: 65 })).toEqual({ onsets: 0, found: 0, leads: [], falseAlarms: 0, days: 0.7 });
  });
});

it('adds up over series: the middle lead, and false alarms by day', () => {
  const all = [tally(firing([50, 72])), tally(firing([56, 72])), tally(firing([20, 25]))];
  expect(saturationFigures(all)).toEqual({ recall: 2 / 3, foretold: 2 / 3, leadSteps: 10, falseAlarmsPerDay: 1 / 6 });
  expect(saturationFigures([]).recall).toBeNaN();
});
