import { describe, expect, it } from 'vitest';
import type { Challenger } from '../../learning/forecast/forecast-round.ts';
import { createRandom } from '../../simulator/random.ts';
import { forecastByWays } from './forecast-by-ways.ts';
import type { Series, SeriesTable } from './series-table.ts';

const [WINDOW, HORIZON, STEP, START] = [6, 3, 60_000, 1_767_225_600_000];
const options = { windowSteps: WINDOW, horizon: HORIZON };

const seriesOf = (name: string, values: readonly number[], skips: readonly number[] = []): Series => {
  const rows = [...values.keys()].filter((row) => !skips.includes(row));
  return { name, at: Float64Array.from(rows, (row) => START + row * STEP), values: Float64Array.from(rows, (row) => values[row] ?? 0) };
};
const tableOf = (...series: readonly Series[]): SeriesTable => ({
  ...{ file: 'made.csv', features: ['cpu'], series, stepMs: STEP, dropped: {} },
});
const climb = Array.from({ length: 150 }, (_, n) => 10 + 4 * n);
const noise = (() => {
  const random = createRandom(4);
  return Array.from({ length: 400 }, () => 50 + 10 * (random() + random() - 1));
})();

describe('a forecast of a table', () => {
  it('tells the next steps of each series, with an interval that held as many values as it should', async () => {
    const { points, leftOut, coverage, say } = await forecastByWays(
      tableOf(
        seriesOf('a', noise),
        seriesOf(
          'b',
          noise.map((value) => value * 3),
        ),
      ),
      options,
    );
    expect(points.map(({ series, at }) => [series, at])).toEqual(
      ['a', 'b'].flatMap((name) => [0, 1, 2].map((step) => [name, START + (400 + step) * STEP])),
    );
    for (const { series, point, lower, upper } of points) {
      expect(lower < point && point < upper).toBe(true);
      expect(Math.abs(point / (series === 'a' ? 50 : 150) - 1)).toBeLessThan(0.1);
    }
    expect(coverage).toBeGreaterThan(0.72);
    expect(coverage).toBeLessThan(0.88);
    expect([leftOut, say]).toEqual([[], 0]);
  });

  it('leaves out a series that ended before the others, and one with a gap in its last window', async () => {
    const table = tableOf(seriesOf('whole', climb), seriesOf('ended', climb.slice(0, 140)), seriesOf('gap', climb, [147]));
    const { points, leftOut } = await forecastByWays(table, options);
    expect(new Set(points.map(({ series }) => series))).toEqual(new Set(['whole']));
    expect(leftOut).toEqual(['ended', 'gap']);
  });

  it('listens to a challenger that knows, and not to one that does not', async () => {
    const sayer = (change: number): Challenger => ({
      name: 'sayer',
      forecast: async (_windows, count) => Float32Array.from({ length: count * HORIZON }, (_, at) => change * ((at % HORIZON) + 1)),
    });
    const knowing = await forecastByWays(tableOf(seriesOf('a', climb)), { ...options, challenger: sayer(1) });
    const last = climb.at(-1) ?? 0;
    expect(knowing.points.map(({ point }) => Math.round(point))).toEqual([last + 4, last + 8, last + 12]);
    expect(knowing.say).toBeGreaterThan(0.9);
    expect((await forecastByWays(tableOf(seriesOf('a', climb)), { ...options, challenger: sayer(-9) })).say).toBe(0);
  });

  it('of a table without a second row is none', async () => {
    const { stepMs: _, ...table } = tableOf(seriesOf('a', [1]));
    expect(await forecastByWays({ ...table, stepMs: undefined }, options)).toMatchObject({ points: [], leftOut: ['a'], coverage: null });
  });
});
