import { askLearned, type LearnedModels, learnedWays } from './learned-ways.ts';
import type { RecentErrors } from './recent-errors.ts';
import { copyWindow, type SeriesColumns } from './series-columns.ts';
import { LAST, LEVEL, MEDIAN, simpleWays } from './simple-ways.ts';
import { featureWidth, type SeriesWindow, shapeOf, writeFeatures } from './window-features.ts';

/** A model from elsewhere that may speak where it beats the simple ways. */
export interface Challenger {
  readonly name: string;
  /**
   * Windows, each `windowSteps` values one after another, oldest first, counted from the last one (which is 0) in typical changes of its
   * series. Answers `horizon` values for each, counted in the same way; NaN where it cannot say.
   */
  forecast(windows: Float32Array, count: number, series: ChallengedSeries): Promise<Float32Array>;
}

/** By window the last value and the typical change of its series, in the series' own unit. */
export interface ChallengedSeries {
  readonly last: Float64Array;
  readonly scale: Float64Array;
}

/** How far it is looked back and ahead. */
export interface ForecastShape {
  readonly windowSteps: number;
  readonly horizon: number;
  /** Steps of a season, such as a day; 0 for none. */
  readonly seasonSteps: number;
}

/** The windows of one instant, row by row. */
export interface WindowRows {
  readonly slots: Int32Array;
  readonly windows: readonly SeriesWindow[];
  readonly features: Float32Array;
}

/** Reads the last windows of some slots; all their values must be there. A series that never changed is counted in its own unit. */
export function readWindows(
  columns: SeriesColumns,
  errors: RecentErrors,
  { slots, windowSteps }: { slots: Int32Array; windowSteps: number },
): WindowRows {
  const width = featureWidth(windowSteps);
  const features = new Float32Array(slots.length * width);
  const windows = Array.from(slots, (slot, row) => {
    const values = new Float64Array(windowSteps);
    copyWindow(columns, slot, values);
    const window = shapeOf(values, slot, columns.change[slot] || 1);
    writeFeatures(columns, window, skillOf(errors, slot), features.subarray(row * width, (row + 1) * width));
    return window;
  });
  return { slots, windows, features };
}

function skillOf(errors: RecentErrors, slot: number) {
  const last = errors.errorOf(slot, LAST);
  const over = (way: number) => errors.errorOf(slot, way) / (last + 1e-9);
  return { last, median: over(MEDIAN), level: over(LEVEL) };
}

/** What all ways say: by row, step ahead and way, in the series' unit; NaN for those who say nothing. */
export async function askAll(
  columns: SeriesColumns,
  rows: WindowRows,
  { shape, models, challengers }: { shape: ForecastShape; models: LearnedModels | undefined; challengers: readonly Challenger[] },
): Promise<Float64Array> {
  const ways = simpleWays.length + learnedWays.length + challengers.length;
  const said = askOwn(columns, rows, { shape, models, ways });
  const { windowSteps, horizon } = shape;
  const windows = challengers.length > 0 ? scaledWindows(rows, windowSteps) : new Float32Array(0);
  const last = Float64Array.from(rows.windows, (window) => window.last);
  const scale = Float64Array.from(rows.windows, (window) => window.scale);
  const answers = await Promise.all(challengers.map((one) => one.forecast(windows, rows.slots.length, { last, scale })));
  answers.forEach((answer, n) => {
    takeAnswer(rows, answer, { horizon, said, ways, way: simpleWays.length + learnedWays.length + n });
  });
  return said;
}

/** The same without waiting: the simple ways and the learned ones, with room for so many `ways`. */
export function askOwn(
  columns: SeriesColumns,
  rows: WindowRows,
  { shape, models, ways }: { shape: ForecastShape; models: LearnedModels | undefined; ways: number },
): Float64Array {
  const { windowSteps, horizon } = shape;
  const said = new Float64Array(rows.slots.length * horizon * ways).fill(Number.NaN);
  askSimple(columns, rows, { shape, said, ways });
  const asked = { windowSteps, horizon, count: rows.slots.length, features: rows.features };
  models?.forEach((model, n) => {
    takeAnswer(rows, askLearned(n, model, asked), { horizon, said, ways, way: simpleWays.length + n });
  });
  return said;
}

function askSimple(
  columns: SeriesColumns,
  { windows }: WindowRows,
  { shape, said, ways }: { shape: ForecastShape; said: Float64Array; ways: number },
): void {
  const { horizon, seasonSteps } = shape;
  windows.forEach((window, row) => {
    for (let step = 0; step < horizon; step++)
      for (let way = 0; way < simpleWays.length; way++)
        said[(row * horizon + step) * ways + way] = simpleWays[way]?.at(columns, window, { step, seasonSteps }) ?? Number.NaN;
  });
}

function takeAnswer(
  { windows }: WindowRows,
  answer: Float32Array,
  { horizon, said, ways, way }: { horizon: number; said: Float64Array; ways: number; way: number },
): void {
  windows.forEach(({ last, scale }, row) => {
    for (let step = 0; step < horizon; step++) {
      const at = row * horizon + step;
      said[at * ways + way] = last + (answer[at] ?? Number.NaN) * scale;
    }
  });
}

function scaledWindows({ windows }: WindowRows, windowSteps: number): Float32Array {
  const scaled = new Float32Array(windows.length * windowSteps);
  windows.forEach(({ values, last, scale }, row) => {
    for (let n = 0; n < windowSteps; n++) scaled[row * windowSteps + n] = ((values[n] ?? 0) - last) / scale;
  });
  return scaled;
}
