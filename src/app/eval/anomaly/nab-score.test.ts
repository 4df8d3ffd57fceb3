import { describe, expect, it } from 'vitest';
import { bestNabThreshold, nabScore, nabSum } from './nab-score.ts';

const windows = Uint8Array.from({ length: 1_000 }, (_, i) => (i >= 500 && i < 600 ? 1 : 0));

function scoreOf(alarms: readonly number[]): number {
  const scores = new Float64Array(1_000);
  for (const at of alarms) scores[at] = 1;
  return nabScore([nabSum({ scores, windows }, 1)]);
}

describe('the NAB score', () => {
  it.each([
    ['100 for an alarm at the start of the window', [500], 100],
    ['0 for no alarm', [], 0],
    ['the same for more alarms in the window', [500, 510, 590], 100],
    ['0 for alarms in the first 15 % alone', [0, 149], 0],
  ])('is %s', (_name, alarms, score) => {
    expect(scoreOf(alarms)).toBeCloseTo(score, 9);
  });

  it('is lower the later in the window the first alarm is', () => {
    const scores = [500, 540, 580, 599].map((at) => scoreOf([at]));
    expect(scores.toSorted((one, other) => other - one)).toEqual(scores);
    expect(scores[3]).toBeGreaterThan(50);
  });

  it('takes .055 of a window for an alarm before any window, and less for one just behind it', () => {
    expect(scoreOf([500, 300])).toBeCloseTo(100 - 5.5, 9);
    expect(scoreOf([500, 605])).toBeGreaterThan(100 - 1);
    expect(scoreOf([500, 999])).toBeCloseTo(100 - 5.5, 9);
  });

  it('is below 0 for an alarm at every sample', () => {
    expect(scoreOf(Array.from(windows, (_, i) => i))).toBeLessThan(0);
  });

  it('is found with the one threshold that is best for all files', () => {
    const quiet = { scores: Float64Array.from(windows, (_, i) => (i === 520 ? 0.6 : 0.1)), windows };
    const loud = { scores: Float64Array.from(windows, (_, i) => (i === 520 ? 0.9 : 0.5)), windows };
    expect(bestNabThreshold([quiet, loud])).toBe(0.6);
  });

  it('leaves out samples without a score', () => {
    const scores = new Float64Array(1_000).fill(Number.NaN);
    expect(nabScore([nabSum({ scores, windows }, 1)])).toBe(0);
  });
});
