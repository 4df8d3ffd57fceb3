import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createMultiMonitor } from './multi-monitor.ts';

const MINUTE_MS = 60_000;
const DIMS = 3;
const DAY_STEPS = 1_440;

/** A monitor after `steps` of noise in all metrics, with one last sample. */
function afterNoise(steps: number, last: readonly number[]) {
  const random = createRandom(2);
  const monitor = createMultiMonitor({ slots: 1, stepMs: MINUTE_MS, dims: DIMS });
  let fired = 0;
  for (let step = 0; step < steps; step++) {
    monitor.step(
      step * MINUTE_MS,
      Float64Array.from({ length: DIMS }, () => 10 + random()),
    );
    fired += monitor.firing[0] ?? 0;
  }
  monitor.step(steps * MINUTE_MS, Float64Array.from(last));
  return { monitor, fired };
}

describe('the monitor for several metrics', () => {
  it('is silent over days of noise', () => {
    expect(afterNoise(5_000, [10, 10, 10]).fired).toBe(0);
  });

  it('fires when metrics change at once, says how much, and which most', () => {
    const { monitor } = afterNoise(1_000, [10, 40, 25]);
    expect(monitor.firing[0]).toBe(1);
    expect(monitor.describe(0)).toMatch(/changed \d+\.\d times as much as usual .* metric 2 of 3$/);
  });

  it('keeps its score between 0 and 1, and lets it fade slowly', () => {
    const { monitor } = afterNoise(1_000, [99, 99, 99]);
    const [peak = 0] = monitor.scores;
    const after = Array.from({ length: 30 }, (_, n) => {
      monitor.step((1_001 + n) * MINUTE_MS, Float64Array.of(10.5, 10.5, 10.5));
      return monitor.scores[0] ?? 0;
    });
    expect(peak).toBeLessThanOrEqual(1);
    expect(after.toSorted((one, other) => other - one)).toEqual(after);
    expect(after[0]).toBeGreaterThan(0.9 * peak);
    expect(after.at(-1)).toBeLessThan(0.3 * peak);
    expect(monitor.firing[0]).toBe(0);
  });

  it('fires once for a change that lasts, and again for a larger one', () => {
    const { monitor } = afterNoise(1_000, [40, 40, 40]);
    const fires = (value: number, step: number) => {
      monitor.step((1_001 + step) * MINUTE_MS, new Float64Array(DIMS).fill(value));
      return monitor.firing[0];
    };
    expect([fires(40, 0), fires(40, 1), fires(200, 2), fires(40, 3)]).toEqual([0, 0, 1, 0]);
  });

  it('scores what is odd again and again higher than what is odd once', () => {
    const scoreAfter = (times: number) => {
      const { monitor } = afterNoise(1_000, [10, 10, 10]);
      for (let step = 1; step <= 200; step++)
        monitor.step((1_000 + step) * MINUTE_MS, new Float64Array(DIMS).fill(step % 20 === 0 && step > 200 - 20 * times ? 40 : 10.5));
      return monitor.scores[0] ?? 0;
    };
    expect(scoreAfter(8)).toBeGreaterThan(1.1 * scoreAfter(1));
  });

  it('does not fire at what comes at the same time every day, once it knows three days', () => {
    const monitor = createMultiMonitor({ slots: 1, stepMs: MINUTE_MS, dims: DIMS });
    const random = createRandom(8);
    const fired: number[] = [];
    const rise = (minute: number) => 12 - 12 * Math.cos((Math.PI * Math.max(0, Math.min(30, minute - 600))) / 30);
    const busy = (minute: number) => Math.min(rise(minute), Math.max(0, 0.3 * (740 - minute)));
    const load = (step: number) => busy(step % DAY_STEPS) + (step === 6 * DAY_STEPS + 300 ? 60 : 0);
    for (let step = 0; step < 7 * DAY_STEPS; step++) {
      const values = Float64Array.from({ length: DIMS }, () => 10 + random() + load(step));
      monitor.step(step * MINUTE_MS, values);
      if (monitor.firing[0] === 1) fired.push(step);
    }
    expect(fired.filter((step) => step < 3 * DAY_STEPS).length).toBeGreaterThan(0);
    expect(fired.filter((step) => step > 4 * DAY_STEPS)).toEqual([6 * DAY_STEPS + 300]);
  });

  it('gets used to an object that changes a lot', () => {
    const monitor = createMultiMonitor({ slots: 1, stepMs: MINUTE_MS, dims: DIMS });
    const random = createRandom(3);
    const fired: number[] = [];
    for (let step = 0; step < 10_000; step++) {
      const jump = step % 100 === 0 ? 20 : 0;
      monitor.step(
        step * MINUTE_MS,
        Float64Array.from({ length: DIMS }, () => 10 + random() + jump),
      );
      if (monitor.firing[0] === 1) fired.push(step);
    }
    expect(fired.filter((step) => step > 5_000)).toEqual([]);
  });

  it('looks at the metrics that are there', () => {
    expect(afterNoise(1_000, [Number.NaN, 40, Number.NaN]).monitor.firing[0]).toBe(1);
    expect(afterNoise(1_000, [Number.NaN, Number.NaN, Number.NaN]).monitor.scores[0]).toBeNaN();
  });

  it('begins anew for another subject, and for one more', () => {
    const { monitor } = afterNoise(1_000, [99, 99, 99]);
    monitor.grow(2);
    monitor.forget(0);
    monitor.step(1_001 * MINUTE_MS, new Float64Array(2 * DIMS).fill(500));
    expect([...monitor.scores, ...monitor.firing]).toEqual([0, 0, 0, 0]);
  });
});
