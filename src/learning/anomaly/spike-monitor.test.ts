import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createSpikeMonitor } from './spike-monitor.ts';

const MINUTE_MS = 60_000;
const DAY_STEPS = 1_440;

/** Which steps fire, for a series that is noise about 100 where `change` does not say otherwise. */
function firingSteps(steps: number, change: (step: number, noise: number) => number | undefined): number[] {
  const random = createRandom(11);
  const monitor = createSpikeMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 });
  const fired: number[] = [];
  for (let step = 0; step < steps; step++) {
    const noise = 100 + 4 * (random() + random() - 1);
    monitor.step(step * MINUTE_MS, Float64Array.of(change(step, noise) ?? noise));
    if (monitor.firing[0] === 1) fired.push(step);
  }
  return fired;
}

describe('the monitor for spikes and dips', () => {
  it('is silent over days of noise', () => {
    expect(firingSteps(5 * DAY_STEPS, () => undefined)).toEqual([]);
  });

  it.each([
    ['spike', 160],
    ['dip', 20],
  ])('fires at a %s and not after it', (_name, value) => {
    expect(firingSteps(3_000, (step) => (step === 2_000 ? value : undefined))).toEqual([2_000]);
  });

  it('does not fire at what comes at the same time every day, once it knows three days', () => {
    const hump = (step: number) => Math.max(0, Math.sin(((step % DAY_STEPS) - 600) / 10)) * (step % DAY_STEPS < 632 ? 60 : 0);
    const daily = (step: number, noise: number) => (step % DAY_STEPS >= 600 ? noise + hump(step) : undefined);
    const fired = firingSteps(8 * DAY_STEPS, daily);
    expect(fired.filter((step) => step > 4 * DAY_STEPS)).toEqual([]);
    expect(fired.length).toBeGreaterThan(0);
  });

  it('says nothing of a missing sample, and learns nothing of it', () => {
    const monitor = createSpikeMonitor({ slots: 2, stepMs: MINUTE_MS, dims: 1 });
    monitor.step(0, Float64Array.of(1, Number.NaN));
    expect([...monitor.scores]).toEqual([0, Number.NaN]);
  });

  it('is silent for a series that never changes, and fires when it does', () => {
    expect(firingSteps(2_000, (step) => (step === 1_500 ? 6 : 5))).toEqual([1_500]);
  });

  it('gives the same scores for the same samples, whichever slot they are in and whatever was there before', () => {
    const values = Array.from({ length: 500 }, (_, step) => 50 + ((step * 7919) % 13) + (step === 450 ? 90 : 0));
    const alone = createSpikeMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 });
    const shared = createSpikeMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 });
    for (let step = 0; step < 100; step++) shared.step(step * MINUTE_MS, Float64Array.of(-step));
    shared.grow(3);
    shared.forget(0);
    const scores = values.map((value, step) => {
      const at = (step + 100) * MINUTE_MS;
      alone.step(at, Float64Array.of(value));
      shared.step(at, Float64Array.of(value, Number.NaN, value));
      return [alone.scores[0], shared.scores[0], shared.scores[2]];
    });
    expect(scores.every(([one, other, third]) => one === other && one === third)).toBe(true);
    expect(alone.firing[0]).toBe(0);
    expect(Math.max(...scores.map(([one = 0]) => one))).toBeGreaterThan(1);
  });

  it('fires when what comes at the same time every day does not come, though the values are usual', () => {
    const busy = (minute: number) => Math.max(0, Math.min(60, 3 * (minute - 600), 3 * (720 - minute)));
    const hump = (step: number) => (step < 7 * DAY_STEPS ? busy(step % DAY_STEPS) : 0);
    const fired = firingSteps(8 * DAY_STEPS, (step, noise) => noise + hump(step)).filter((step) => step > 5 * DAY_STEPS);
    expect(fired.length).toBeGreaterThan(0);
    expect(fired.every((step) => step >= 7 * DAY_STEPS + 600)).toBe(true);
  });

  it('scores a second spike below 1 when it is no news, and still fires', () => {
    const random = createRandom(6);
    const monitor = createSpikeMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 });
    const said = [1_990, 2_000, 2_010].map((until, n) => {
      for (let step = n === 0 ? 0 : until - 9; step < until; step++) monitor.step(step * MINUTE_MS, Float64Array.of(100 + random()));
      monitor.step(until * MINUTE_MS, Float64Array.of([100.5, 160, 150][n] ?? 0));
      return { score: monitor.scores[0] ?? 0, firing: monitor.firing[0] };
    });
    expect(said.map(({ firing }) => firing)).toEqual([0, 1, 1]);
    expect(said[1]?.score).toBeGreaterThan(1);
    expect(said[2]?.score).toBeLessThan(1);
    expect(monitor.describe(0)).toMatch(/^150, up from .* \d+\.\d times as odd/);
  });

  it('says in figures what is odd', () => {
    const monitor = createSpikeMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 1 });
    for (let step = 0; step < 400; step++) monitor.step(step * MINUTE_MS, Float64Array.of(100 + (step % 3)));
    monitor.step(400 * MINUTE_MS, Float64Array.of(250));
    expect(monitor.describe(0)).toMatch(/^250, up from 101: [\d.]+ times as odd as it has to be to fire$/);
  });
});
