import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { createSaturationMonitor } from './saturation-monitor.ts';
import { saturationRule } from './saturation-rule.ts';

const STEP = 15_000;

/** Feeds one series and returns, by step, whether it fired, with the monitor as it ended. */
function fed(values: readonly number[]) {
  const monitor = createSaturationMonitor({ slots: 1, stepMs: STEP, dims: 1 });
  const fired = values.map((value, step) => {
    monitor.step(step * STEP, Float64Array.of(value));
    return monitor.firing[0] === 1;
  });
  return { monitor, fired };
}
const steps = (count: number, valueAt: (step: number) => number) => Array.from({ length: count }, (_, step) => valueAt(step));
const climbing = (step: number) => 0.3 + Math.max(0, step - 20) * 0.01 + 0.003 * Math.sin(step * 1.7);

describe('a share that climbs', () => {
  const values = steps(90, (step) => Math.min(1, climbing(step)));
  const { fired } = fed(values);
  const onset = values.findIndex((value) => value >= 0.9);

  it('is told minutes before it is full', () => {
    expect(onset - fired.indexOf(true)).toBeGreaterThanOrEqual(8);
    expect(values[fired.indexOf(true)]).toBeLessThan(0.85);
  });

  it('says how full it is, and when it will be full, with the interval', () => {
    const { monitor } = fed(values.slice(0, 75));
    expect(monitor.describe(0)).toMatch(
      /^84 % of the capacity is used, and 90 % will be in \d+ (s|min), even at the lower end of the forecast \(which goes to \d+ %, 80 % interval \d+ % to \d+ %\)$/,
    );
    expect(monitor.outlook?.(0)).toMatchObject({ current: values[74], aheadMs: 300_000, inMs: expect.any(Number), heldMs: 600_000 });
  });

  it('fires until it is over for some steps, and not only for one', () => {
    const over = [...values.slice(0, 70), ...steps(10, () => 0.5)];
    const { fired: then } = fed(over);
    expect(then.slice(70).indexOf(false)).toBe(saturationRule.calmSteps - 1);
  });
});

describe('a share that is full', () => {
  it('is told where nothing foretold it, after two steps', () => {
    const { fired, monitor } = fed([...steps(30, () => 0.4), 0.95, 0.95, 0.96]);
    expect(fired.indexOf(true)).toBe(31);
    expect(monitor.describe(0)).toBe('96 % of the capacity is used, and 90 % or more has been for 45 s');
  });

  it('is told at once after a start, without a window', () => {
    expect(fed([0.95, 0.95]).fired).toEqual([false, true]);
  });

  it('is not told for one step', () => {
    expect(fed([...steps(30, () => 0.4), 0.95, ...steps(10, () => 0.4)]).fired).not.toContain(true);
  });
});

describe('a share that is', () => {
  const random = createRandom(5);
  it.each<[string, readonly number[]]>([
    ['noise below the limit', steps(400, () => 0.5 + 0.3 * random())],
    ['still', steps(100, () => 0.8)],
    ['idle, and doubles', steps(100, (step) => 0.02 + step * 0.0025)],
    ['levelling off well below', steps(100, (step) => Math.min(0.65, 0.3 + step * 0.01))],
    ['never there', steps(100, () => Number.NaN)],
  ])('%s is none of its business', (_what, values) => {
    expect(fed(values).fired).not.toContain(true);
  });
});

describe('missing samples', () => {
  it('have no score, and end nothing', () => {
    const { monitor, fired } = fed([...steps(30, () => 0.4), 0.95, 0.95, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(monitor.scores[0]).toBeNaN();
    expect(fired.at(-1)).toBe(true);
    expect(monitor.outlook?.(0)).toBeUndefined();
  });

  it('are not bridged: a climb with a gap is told only after a whole window', () => {
    const values = steps(70, (step) => (step === 60 ? Number.NaN : Math.min(0.89, climbing(step))));
    expect(fed(values.slice(0, 60)).fired).not.toContain(true);
    expect(fed(values).fired).not.toContain(true);
  });

  it('begin the time anew for which the highest upper end is known', () => {
    const { monitor } = fed([...steps(50, () => 0.1), Number.NaN, ...steps(4, () => 0.1)]);
    expect(monitor.outlook?.(0)).toEqual({
      ...{ current: 0.1, lower: 0.1, point: 0.1, upper: 0.1, aheadMs: 0 },
      ...{ heldUpper: 0.1, heldMs: 4 * STEP },
    });
  });
});

it('forecasts many series in turns, and tells all of them', () => {
  const rule = { ...saturationRule, mostPerStep: 10 };
  const monitor = createSaturationMonitor({ slots: 16, stepMs: STEP, dims: 1 }, rule);
  for (let step = 0; step < 78; step += 1) monitor.step(step * STEP, new Float64Array(16).fill(Math.min(1, climbing(step))));
  expect([...monitor.firing]).toEqual(new Array(16).fill(1));
});

it('forgets a slot with its window', () => {
  const { monitor } = fed([0.95, 0.95]);
  monitor.forget(0);
  expect([monitor.firing[0], monitor.scores[0]]).toEqual([0, Number.NaN]);
  monitor.step(2 * STEP, Float64Array.of(0.95));
  expect(monitor.firing[0]).toBe(0);
});
