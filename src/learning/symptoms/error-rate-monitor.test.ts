import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createErrorRateMonitor } from './error-rate-monitor.ts';

const MINUTE_MS = 60_000;
const STEP_MS = 15_000;
const HOUR_STEPS = 240;

/** Requests of one step: how many come in a second, and the chance of each to fail. */
interface Traffic {
  readonly perSecond: number;
  readonly failing: number;
}

/** The steps at which it fires; what fails is drawn. */
function firingSteps(steps: number, traffic: (step: number) => Traffic, stepMs = STEP_MS): number[] {
  const random = createRandom(3);
  const monitor = createErrorRateMonitor({ slots: 1, stepMs, dims: 2 });
  const fired: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { perSecond, failing } = traffic(step);
    const requests = Math.round((perSecond * stepMs) / 1000);
    const errors = Array.from({ length: requests }, () => random() < failing).filter((failed) => failed).length;
    monitor.step(step * stepMs, Float64Array.of(requests === 0 ? Number.NaN : errors / requests, perSecond));
    if (monitor.firing[0] === 1) fired.push(step);
  }
  return fired;
}

describe('the monitor for errors', () => {
  const from = 2 * HOUR_STEPS;

  it('fires within five minutes of an outage, goes on while it lasts, and ends after it', () => {
    const fired = firingSteps(4 * HOUR_STEPS, (step) => ({ perSecond: 20, failing: step >= from && step < from + 120 ? 0.2 : 0.001 }));
    expect(fired[0]).toBeGreaterThanOrEqual(from);
    expect(fired[0]).toBeLessThan(from + 20);
    expect(fired).toContain(from + 119);
    expect(fired.at(-1)).toBeLessThan(from + 150);
  });

  it.each<[string, (step: number) => Traffic]>([
    ['a day of a few errors', () => ({ perSecond: 20, failing: 0.002 })],
    ['a service that always fails as often', () => ({ perSecond: 5, failing: 0.3 })],
    ['one that fails in whole', () => ({ perSecond: 5, failing: 1 })],
    ['few requests of which one in three fails for a minute', (step) => ({ perSecond: 0.07, failing: step % 240 < 4 ? 0.33 : 0.02 })],
    ['a rise of traffic without more errors in a hundred', (step) => ({ perSecond: step > 2_000 ? 200 : 5, failing: 0.004 })],
    ['a service that nobody calls', () => ({ perSecond: 0, failing: 0 })],
    ['errors that become fewer', (step) => ({ perSecond: 20, failing: step > 2_000 ? 0.001 : 0.08 })],
    ['half a percent more', (step) => ({ perSecond: 20, failing: step > 2_000 ? 0.007 : 0.002 })],
  ])('is silent over %s', (_, traffic) => {
    expect(firingSteps(24 * HOUR_STEPS, traffic)).toEqual([]);
  });

  it('takes what fails in its first hour for usual, and still sees three times as much', () => {
    const fired = firingSteps(3 * HOUR_STEPS, (step) => ({ perSecond: 20, failing: step < from ? 0.05 : 0.4 }));
    expect(fired[0]).toBeGreaterThanOrEqual(from);
  });

  it('cannot say without traffic, for a missing sample, or while all that it knows are errors', () => {
    const monitor = createErrorRateMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 2 });
    const said = (minute: number, share: number, perSecond: number) => {
      monitor.step(minute * MINUTE_MS, Float64Array.of(share, perSecond));
      return monitor.scores[0];
    };
    expect(said(0, 0, 5)).toBe(0);
    for (let minute = 1; minute < 15; minute++) expect(said(minute, 0.5, 5)).toBeNaN();
    expect(said(20, 0, 5)).toBe(0);
    expect(said(70, Number.NaN, 5)).toBeNaN();
    expect(said(71, 0.5, Number.NaN)).toBeNaN();
    expect(said(90, Number.NaN, 0)).toBeNaN();
  });

  it('counts all requests of a source that is slower than the steps', () => {
    const monitor = createErrorRateMonitor({ slots: 1, stepMs: STEP_MS, dims: 2 });
    for (let step = 0; step < 2 * HOUR_STEPS; step++) {
      const [share, perSecond] = step % 4 === 0 ? [step < HOUR_STEPS + 40 ? 0 : 0.5, 1] : [Number.NaN, Number.NaN];
      monitor.step(step * STEP_MS, Float64Array.of(share, perSecond));
    }
    expect(monitor.describe(0)).toMatch(/^50 % of the last 300 requests failed/);
  });

  it('says in figures what failed, and from where on it fires', () => {
    const monitor = createErrorRateMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 2 });
    for (let step = 0; step < 90; step++) monitor.step(step * MINUTE_MS, Float64Array.of(step < 80 ? 0.001 : 0.1, 10));
    expect(monitor.firing[0]).toBe(1);
    expect(monitor.describe(0)).toBe('10 % of the last 3000 requests failed (surely 8.5 %; usually 0.1 %; it fires above 1 %)');
  });
});
