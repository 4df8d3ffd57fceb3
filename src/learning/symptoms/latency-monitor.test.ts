import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createLatencyMonitor } from './latency-monitor.ts';

const MINUTE_MS = 60_000;
const DAY_STEPS = 1_440;

/** The steps, a minute apart, at which it fires; a missing figure is NaN. */
function firingSteps(
  steps: number,
  sample: (step: number, noise: number) => readonly [bySpans: number, byHistogram: number, perSecond: number],
): number[] {
  const random = createRandom(5);
  const monitor = createLatencyMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 3 });
  const fired: number[] = [];
  for (let step = 0; step < steps; step++) {
    monitor.step(step * MINUTE_MS, Float64Array.from(sample(step, 1 + 0.2 * (random() + random() - 1))));
    if (monitor.firing[0] === 1) fired.push(step);
  }
  return fired;
}

describe('the monitor for latency', () => {
  const slow = (step: number) => (step >= 2_000 && step < 2_030 ? 4 : 1);

  it('fires minutes after requests became slow, and ends after they are fast again', () => {
    const fired = firingSteps(3_000, (step, noise) => [80 * noise * slow(step), Number.NaN, 10]);
    expect(fired[0]).toBeGreaterThanOrEqual(2_000);
    expect(fired[0]).toBeLessThan(2_005);
    expect(fired.at(-1)).toBeGreaterThanOrEqual(2_028);
    expect(fired.at(-1)).toBeLessThan(2_036);
  });

  it("takes the pod's own histogram where there are no spans, and needs no count of requests then", () => {
    expect(firingSteps(2_010, (step, noise) => [Number.NaN, 80 * noise * slow(step), Number.NaN])[0]).toBeLessThan(2_005);
  });

  it.each<[string, (step: number, noise: number) => readonly [number, number, number]]>([
    ['days of noise', (_, noise) => [80 * noise, Number.NaN, 10]],
    ['requests that become faster', (step, noise) => [80 * noise * (step > 2_000 ? 0.1 : 1), Number.NaN, 10]],
    ['one slow minute', (step, noise) => [80 * noise * (step === 2_000 ? 30 : 1), Number.NaN, 10]],
    ['a handful of requests, of which some are slow', (step, noise) => [80 * noise * (step % 50 < 5 ? 20 : 1), Number.NaN, 0.1]],
    ['a millisecond that becomes six', (step, noise) => [noise * (step > 2_000 ? 6 : 1), Number.NaN, 10]],
    ['a slow rise over days', (step, noise) => [80 * noise * (1 + step / (2 * DAY_STEPS)), Number.NaN, 10]],
  ])('is silent over %s', (_, sample) => {
    expect(firingSteps(3 * DAY_STEPS, sample)).toEqual([]);
  });

  it('says nothing in its first hour, and learns what is usual in it', () => {
    expect(firingSteps(60, (step) => [step < 30 ? 80 : 800, Number.NaN, 10])).toEqual([]);
  });

  it('says in figures how slow they are', () => {
    const monitor = createLatencyMonitor({ slots: 1, stepMs: MINUTE_MS, dims: 3 });
    for (let step = 0; step < 400; step++) monitor.step(step * MINUTE_MS, Float64Array.of(step < 395 ? 80 : 500, Number.NaN, 100));
    expect(monitor.firing[0]).toBe(1);
    expect(monitor.describe(0)).toMatch(/^500 ms, usually 80\.\d ms; it fires above 12\d ms$/);
  });
});
