import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createMultiMonitor } from './multi-monitor.ts';

const MINUTE_MS = 60_000;
const DIMS = 3;

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
    monitor.step(1_001 * MINUTE_MS, Float64Array.of(10.5, 10.5, 10.5));
    expect(peak).toBeLessThanOrEqual(1);
    expect(monitor.scores[0]).toBeCloseTo(0.95 * peak, 9);
    expect(monitor.firing[0]).toBe(0);
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
