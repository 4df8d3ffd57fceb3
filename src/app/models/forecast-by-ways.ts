import type { Challenger } from '../../learning/forecast/forecast-round.ts';
import { type Forecaster, openForecaster } from '../../learning/forecast/forecaster.ts';
import type { Forecasts } from '../../learning/forecast/forecasts.ts';
import { learnModels } from '../../learning/forecast/learned-ways.ts';
import { createRandom } from '../../simulator/random.ts';
import type { ForecastPoint } from './forecast-point.ts';
import type { SeriesTable } from './series-table.ts';

/** How far it is looked back and ahead, and who may challenge. */
export interface WayOptions {
  readonly windowSteps: number;
  readonly horizon: number;
  readonly challenger?: Challenger;
}

/** Forecasts of all series of a table. */
export interface ForecastByWays {
  readonly points: readonly ForecastPoint[];
  /** Series without a whole window at the end of the table. */
  readonly leftOut: readonly string[];
  /** The share of values that their interval held, on the way to the end; null when there was none to see. */
  readonly coverage: number | null;
  /** The mean share of the challenger in the forecasts; 0 without one. */
  readonly say: number;
}

/** So many steps before the end are gone through: enough to learn from, and seconds for a thousand series. */
const STEPS = 1_500;
const DAY_MS = 86_400_000;

/**
 * Goes through the last steps of a table as they would come live, feature by feature, and forecasts from the end: each way that needs no
 * model, each learned one, and the challenger, weighted by their recent errors on each series.
 */
export async function forecastByWays(table: SeriesTable, options: WayOptions): Promise<ForecastByWays> {
  const grid = gridOf(table);
  const held = { inside: 0, count: 0 };
  const found: { readonly points: readonly ForecastPoint[]; readonly say: number }[] = [];
  for (const [feature] of table.features.entries()) found.push(await walk({ table, grid, feature, held }, options));
  const points = found.flatMap((one) => one.points);
  const known = new Set(points.map(({ series }) => series));
  return {
    points,
    leftOut: table.series.map(({ name }) => name).filter((name) => !known.has(name)),
    coverage: held.count > 0 ? held.inside / held.count : null,
    say: found.reduce((sum, { say }) => sum + say, 0) / Math.max(1, found.length),
  };
}

/** Steps of equal length, the last of which is the newest of all series. */
interface Grid {
  readonly stepMs: number;
  readonly from: number;
  readonly steps: number;
}

function gridOf({ series, stepMs = 1 }: SeriesTable): Grid {
  const ends = series.flatMap(({ at }) => at.at(-1) ?? []);
  const begins = series.flatMap(({ at }) => at[0] ?? []);
  const [end, begin] = [
    ends.reduce((most, at) => Math.max(most, at), 0),
    begins.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
  ];
  const steps = Math.min(STEPS, Math.round((end - begin) / stepMs) + 1);
  return { stepMs, steps, from: end - (steps - 1) * stepMs };
}

interface Walk {
  readonly table: SeriesTable;
  readonly grid: Grid;
  readonly feature: number;
  readonly held: { inside: number; count: number };
}

async function walk(one: Walk, { windowSteps, horizon, challenger }: WayOptions) {
  const { table, grid } = one;
  const day = Math.round(DAY_MS / grid.stepMs);
  const seasonSteps = grid.steps > day + windowSteps ? day : 0;
  const challengers = challenger ? [challenger] : [];
  const forecaster = openForecaster({ windowSteps, horizon, seasonSteps, challengers, random: createRandom(1) });
  forecaster.grow(table.series.length);
  const values = valuesOf(one);
  let last: { readonly step: number; readonly forecasts: Forecasts } | undefined;
  for (let step = 0; step < grid.steps; step++) {
    const row = values.subarray(step * table.series.length, (step + 1) * table.series.length);
    forecaster.step(row);
    const job = forecaster.learningJob();
    if (job) forecaster.adopt(learnModels(job));
    if (last) count(one.held, row, { ...last.forecasts, ahead: step - last.step - 1, horizon });
    if ((grid.steps - 1 - step) % horizon === 0) last = { step, forecasts: await forecaster.forecast() };
  }
  const points = last ? pointsOf(one, last.forecasts, horizon) : [];
  return { points, say: challenger ? sayOf(forecaster, table.series.length) : 0 };
}

/** By step and series; NaN where there is no row. */
function valuesOf({ table, grid, feature }: Walk): Float64Array {
  const count = table.series.length;
  const values = new Float64Array(grid.steps * count).fill(Number.NaN);
  for (const [slot, { at, values: own }] of table.series.entries())
    for (const [row, time] of at.entries()) {
      const step = Math.round((time - grid.from) / grid.stepMs);
      if (step >= 0) values[step * count + slot] = own[row * table.features.length + feature] ?? Number.NaN;
    }
  return values;
}

function count(
  held: { inside: number; count: number },
  row: Float64Array,
  { lower, upper, ahead, horizon }: Forecasts & { readonly ahead: number; readonly horizon: number },
): void {
  for (const [slot, value] of row.entries()) {
    const [low = Number.NaN, high = Number.NaN] = [lower[slot * horizon + ahead], upper[slot * horizon + ahead]];
    if (Number.isNaN(value) || Number.isNaN(low)) continue;
    held.count++;
    if (value >= low && value <= high) held.inside++;
  }
}

function pointsOf({ table, grid, feature }: Walk, { point, lower, upper }: Forecasts, horizon: number): readonly ForecastPoint[] {
  const end = grid.from + (grid.steps - 1) * grid.stepMs;
  return table.series.flatMap(({ name }, slot) =>
    Array.from({ length: horizon }, (_, step) => {
      const at = slot * horizon + step;
      const [told = Number.NaN, low = Number.NaN, high = Number.NaN] = [point[at], lower[at], upper[at]];
      return {
        ...{ series: name, feature: table.features[feature] ?? '', at: end + (step + 1) * grid.stepMs },
        ...{ point: told, lower: low, upper: high },
      };
    }).filter((one) => !Number.isNaN(one.point)),
  );
}

function sayOf(forecaster: Forecaster, series: number): number {
  let sum = 0;
  for (let slot = 0; slot < series; slot++) sum += forecaster.listenedTo(slot).at(-1)?.share ?? 0;
  return sum / Math.max(1, series);
}
