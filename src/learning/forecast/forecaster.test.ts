import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import type { Challenger } from './forecast-round.ts';
import { type Forecaster, type ForecasterOptions, openForecaster } from './forecaster.ts';
import { learnModels } from './learned-ways.ts';

const [WINDOW, HORIZON] = [8, 3];

function open(options: Partial<ForecasterOptions> = {}, slots = 1): Forecaster {
  const forecaster = openForecaster({ windowSteps: WINDOW, horizon: HORIZON, random: createRandom(1), ...options });
  forecaster.grow(slots);
  return forecaster;
}

/** Feeds one series and forecasts after each step; the forecasts by step. */
async function live(forecaster: Forecaster, series: readonly number[], { learns = false } = {}) {
  const said: { point: readonly number[]; lower: readonly number[]; upper: readonly number[] }[] = [];
  for (const value of series) {
    forecaster.step(Float64Array.of(value));
    const job = learns ? forecaster.learningJob() : undefined;
    if (job) forecaster.adopt(learnModels(job));
    const { point, lower, upper } = await forecaster.forecast();
    said.push({ point: Array.from(point), lower: Array.from(lower), upper: Array.from(upper) });
  }
  return said;
}

const shares = (forecaster: Forecaster, slot = 0) =>
  Object.fromEntries(forecaster.listenedTo(slot).map(({ name, share }) => [name, share]));
const noise = (count: number, seed = 2) => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => 50 + 10 * (random() + random() - 1));
};
const walk = (count: number) => {
  const random = createRandom(3);
  let at = 500;
  return Array.from({ length: count }, () => (at += random() * 2 - 1));
};

describe('a forecast', () => {
  it('is NaN until the window is full, and while a value in it is missing', async () => {
    const said = await live(open(), [...Array(WINDOW).fill(5), Number.NaN, ...Array(WINDOW).fill(5)]);
    const has = said.map(({ point }) => !Number.isNaN(point[0]));
    expect(has.flatMap((one, step) => (one ? [step] : []))).toEqual([WINDOW - 1, WINDOW * 2]);
  });

  it('of a constant is that constant, with an interval of no width', async () => {
    expect((await live(open(), Array(40).fill(7))).at(-1)).toEqual({ point: [7, 7, 7], lower: [7, 7, 7], upper: [7, 7, 7] });
  });

  it('follows the last value of a random walk', async () => {
    const forecaster = open();
    await live(forecaster, walk(400));
    const { 'last value': last = 0, median = 1 } = shares(forecaster);
    expect(last).toBeGreaterThan(0.5);
    expect(median).toBeLessThan(0.05);
  });

  it('stays in the middle of noise', async () => {
    const forecaster = open();
    await live(forecaster, noise(400));
    const { 'last value': last = 1 } = shares(forecaster);
    expect(last).toBeLessThan(0.05);
  });

  it('knows the season, once it has seen one', async () => {
    const day = 24;
    const forecaster = open({ seasonSteps: day });
    const season = Array.from({ length: day * 12 }, (_, hour) => [0, 9, 3, 40][hour % 4] ?? 0).map((value, hour) => value + (hour % day));
    const said = await live(forecaster, season);
    expect(shares(forecaster)['season before']).toBeGreaterThan(0.9);
    const at = day * 11;
    expect(said[at]?.point).toEqual(season.slice(at + 1, at + 1 + HORIZON));
  });

  it('holds four values of five in its interval', async () => {
    const series = noise(1_500);
    const said = await live(open(), series);
    const judged = said.slice(300, -HORIZON).map(({ lower, upper }, n) => {
      const next = series[300 + n + 1] ?? 0;
      return next >= (lower[0] ?? 0) && next <= (upper[0] ?? 0);
    });
    const share = judged.filter(Boolean).length / judged.length;
    expect(share).toBeGreaterThan(0.77);
    expect(share).toBeLessThan(0.83);
  });

  it('never reaches below 0 for a series that never did', async () => {
    const said = await live(
      open(),
      noise(100).map((value) => Math.max(0, value - 50)),
    );
    expect(Math.min(...said.slice(WINDOW).flatMap(({ lower }) => lower))).toBe(0);
  });

  it('learns nothing from what comes later: the same past gives the same forecast', async () => {
    const series = noise(200);
    const [whole, part] = [await live(open(), series, { learns: true }), await live(open(), series.slice(0, 120), { learns: true })];
    expect(whole.slice(0, 120)).toEqual(part);
  });
});

describe('a learned way', () => {
  it('is listened to where it beats the simple ones', async () => {
    const forecaster = open();
    const pattern = Array.from({ length: 700 }, (_, n) => [0, 10, 30, 5, 90, 20, 60][n % 7] ?? 0);
    const said = await live(forecaster, pattern, { learns: true });
    const learned = forecaster.listenedTo(0).filter(({ name }) => name.startsWith('trees'));
    expect(learned.reduce((sum, { share }) => sum + share, 0)).toBeGreaterThan(0.9);
    expect(said[650]?.point[0]).toBeCloseTo(pattern[651] ?? 0, -1);
  });

  const always = (answer: number): Challenger => ({
    name: 'guest',
    forecast: async (_windows, count) => new Float32Array(count * HORIZON).fill(answer),
  });

  it('from elsewhere is silent while it does no better than the best simple one', async () => {
    const forecaster = open({ challengers: [always(50)] });
    await live(forecaster, walk(200));
    expect(shares(forecaster).guest).toBe(0);
  });

  it('from elsewhere is given windows away from their last value, and speaks when it is right', async () => {
    const seen: number[] = [];
    const guest: Challenger = {
      name: 'guest',
      forecast: async (windows, count) => {
        seen.push(...windows.slice(-2));
        return Float32Array.from({ length: count * HORIZON }, (_, step) => step + 1);
      },
    };
    const forecaster = open({ challengers: [guest] });
    const said = await live(
      forecaster,
      Array.from({ length: 120 }, (_, n) => n * 4),
    );
    expect(seen.slice(-2)).toEqual([-1, 0]);
    expect(shares(forecaster).guest).toBe(1);
    expect(said.at(-1)?.point).toEqual([480, 484, 488]);
  });
});

describe('a slot', () => {
  it('that is forgotten begins anew, and leaves the others alone', async () => {
    const forecaster = open({}, 2);
    for (const value of noise(60)) {
      forecaster.step(Float64Array.of(value, value));
      await forecaster.forecast();
    }
    forecaster.forget(0);
    forecaster.step(Float64Array.of(1, 50));
    const { point } = await forecaster.forecast();
    expect(Number.isNaN(point[0])).toBe(true);
    expect(point[HORIZON]).toBeGreaterThan(0);
  });

  it('may be added while others are followed', async () => {
    const forecaster = open();
    await live(forecaster, noise(30));
    forecaster.grow(2);
    forecaster.step(Float64Array.of(50, 3));
    const { point } = await forecaster.forecast();
    expect(point).toHaveLength(2 * HORIZON);
    expect(Number.isNaN(point[HORIZON])).toBe(true);
  });
});

describe('a forecast at once', () => {
  it('is the same as one that is waited for, of the slots that are wanted, and learns as that one does', async () => {
    const [waited, atOnce] = [open({}, 2), open({ mostRows: 0 }, 2)];
    const [series, other] = [walk(120), noise(120)];
    for (const [step, value] of series.entries()) {
      const values = Float64Array.of(value, other[step] ?? 0);
      waited.step(values);
      atOnce.step(values);
      const all = await waited.forecast();
      expect(atOnce.forecastAtOnce(() => true)).toEqual(all);
      const second = atOnce.forecastAtOnce((slot) => slot === 1);
      expect(second.point.subarray(0, HORIZON)).toEqual(new Float64Array(HORIZON).fill(Number.NaN));
      expect(second.point.subarray(HORIZON)).toEqual(all.point.subarray(HORIZON));
    }
    expect(shares(atOnce, 1)).toEqual(shares(waited, 1));
  });

  it('has nothing to learn from where no rows are kept', async () => {
    const forecaster = open({ mostRows: 0 }, 1);
    await live(forecaster, noise(200));
    expect(forecaster.learningJob()).toBeUndefined();
  });
});
