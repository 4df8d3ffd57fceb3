import { describe, expect, it } from 'vitest';
import { alarmBudget, alarmsPerDay, alarmsPerSample } from './alarm-budget.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

describe('the budget of alarms', () => {
  it.each([
    ['15 seconds', 15 * SECOND_MS, 2],
    ['a minute', MINUTE_MS, 2],
    ['five minutes', 5 * MINUTE_MS, 0.4],
    ['an hour', 60 * MINUTE_MS, 0.2],
  ])('is shared out by how far apart samples are: at %s', (_name, stepMs, expected) => {
    expect(alarmsPerDay(stepMs)).toBeCloseTo(expected, 12);
    expect(alarmsPerSample(stepMs) * (86_400_000 / stepMs)).toBeCloseTo(expected, 12);
  });

  it('never lets a series have more false alarms than declared', () => {
    const steps = [SECOND_MS, MINUTE_MS, 60 * MINUTE_MS];
    const falseOnes = steps.map((stepMs) => alarmsPerDay(stepMs) * alarmBudget.falseShare);
    expect(Math.max(...falseOnes)).toBe(alarmBudget.falseAlarmsPerDay);
  });
});
