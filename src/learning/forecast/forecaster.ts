import { forecastDefaults } from './forecast-defaults.ts';
import { askAll, askOwn, type Challenger, type ForecastShape, readWindows, type WindowRows } from './forecast-round.ts';
import type { Forecasts } from './forecasts.ts';
import { type IntervalWidths, openIntervalWidths } from './interval-widths.ts';
import { type LearnedModels, type LearningJob, learnedWays } from './learned-ways.ts';
import { drawn, type LearningPool, openLearningPool } from './learning-pool.ts';
import { openRecentErrors, type RecentErrors } from './recent-errors.ts';
import { forgetSlot, growColumns, openColumns, pushValues, type SeriesColumns, valueAgo } from './series-columns.ts';
import { simpleWays } from './simple-ways.ts';
import { errorsOf, sidesOf } from './trial-errors.ts';
import { weightedMedian } from './weighted-median.ts';
import { featureWidth } from './window-features.ts';

/** What a forecaster is opened with. */
export interface ForecasterOptions {
  /** How many values a forecast is made from, and how many steps ahead it reaches. */
  readonly windowSteps: number;
  readonly horizon: number;
  /** Steps of a season, such as a day; its value a season before is then one of the ways, and so much of each series is kept. */
  readonly seasonSteps?: number;
  readonly challengers?: readonly Challenger[];
  /** How many rows it keeps to learn from; with 0 it never learns, and needs no room for it. */
  readonly mostRows?: number;
  /** Numbers in [0, 1): the same ones and the same values give the same forecasts. */
  readonly random: () => number;
}

/** Follows many series of one metric at once, and says where each of them goes. Slot numbers belong to whoever feeds it. */
export interface Forecaster {
  /** Takes the next value of every slot; NaN is missing. About 0.2 microseconds per slot, and 0.2 ms for what it learns from. */
  step(values: Float64Array): void;
  /**
   * Forecasts from the last step: the median of all ways, each weighted by its recent errors on this series and on all. It learns which
   * way to trust from every `horizon`-th of its own forecasts, so it is to be asked that often at least. About 20 microseconds per series.
   */
  forecast(): Promise<Forecasts>;
  /**
   * The same without waiting, from our own ways alone: challengers are not asked. Only of slots that are wanted; the others are NaN.
   */
  forecastAtOnce(isWanted: (slot: number) => boolean): Forecasts;
  /** What is to be learned now; undefined while there is nothing new. For `learnModels`, in a worker if you like, and its answer for `adopt`. */
  learningJob(): LearningJob | undefined;
  adopt(models: LearnedModels): void;
  /** How much each way is listened to on a series, as shares that add up to 1. */
  listenedTo(slot: number): readonly { readonly name: string; readonly share: number }[];
  /** Starts a slot anew, for another series; what was learned from all series stays. */
  forget(slot: number): void;
  /** Makes room for so many slots in all. */
  grow(slots: number): void;
}

/** One round of forecasts whose end is awaited. */
interface Trial {
  readonly instant: number;
  readonly rows: WindowRows;
  readonly said: Float64Array;
  readonly forecasts: Forecasts;
}

interface State {
  readonly shape: ForecastShape;
  readonly columns: SeriesColumns;
  readonly errors: RecentErrors;
  readonly widths: IntervalWidths;
  readonly pool: LearningPool;
  readonly rowsPerStep: number;
  readonly names: readonly string[];
  readonly challengers: readonly Challenger[];
  readonly random: () => number;
  models: LearnedModels | undefined;
  /** From so many steps on there is something new to learn. */
  learnAt: number;
  trial: Trial | undefined;
  latest: { readonly instant: number; readonly forecasts: Forecasts } | undefined;
}

/** Opens a forecaster without a slot. Needs 8 x (window + horizon + season) + 300 bytes per slot, and 8 MB for what it learns from. */
export function openForecaster(options: ForecasterOptions): Forecaster {
  const state = openState(options);
  return {
    step: (values) => takeStep(state, values),
    forecast: () => forecastNow(state),
    forecastAtOnce: (isWanted) => forecastAtOnce(state, isWanted),
    learningJob: () => nextJob(state),
    adopt(learned) {
      state.models = learned;
    },
    listenedTo: (slot) => listenedTo(state, slot),
    forget: (slot) => forgetSeries(state, slot),
    grow(slots) {
      growColumns(state.columns, slots);
      state.errors.grow(slots);
      state.widths.grow(slots);
    },
  };
}

function openState({ windowSteps, horizon, seasonSteps = 0, challengers = [], mostRows, random }: ForecasterOptions): State {
  const { errors, intervals, learning } = forecastDefaults;
  const most = mostRows ?? learning.mostRows;
  const names = [...simpleWays, ...learnedWays, ...challengers].map(({ name }) => name);
  return {
    shape: { windowSteps, horizon, seasonSteps },
    columns: openColumns(Math.max(windowSteps, seasonSteps) + horizon),
    errors: openRecentErrors({ ways: names.length, simple: simpleWays.length }, errors),
    widths: openIntervalWidths(horizon, intervals),
    rowsPerStep: Math.min(most, learning.rowsPerStep),
    pool: openLearningPool({ width: featureWidth(windowSteps), horizon, most, random }),
    ...{ names, challengers, random },
    learnAt: learning.firstWindows * windowSteps,
    ...{ models: undefined, trial: undefined, latest: undefined },
  };
}

function takeStep(state: State, values: Float64Array): void {
  const { columns, pool, shape, trial, random } = state;
  pushValues(columns, values);
  pool.settle(columns);
  if (trial && columns.instants - trial.instant >= shape.horizon) {
    settleTrial(state, trial);
    state.trial = undefined;
  }
  if (state.rowsPerStep === 0) return;
  const some = drawn(readySlots(columns, shape.windowSteps), { most: state.rowsPerStep, random });
  if (some.length > 0) pool.offer(pendingOf(state, some));
}

async function forecastNow(state: State): Promise<Forecasts> {
  const { columns, shape, models, challengers } = state;
  const instant = columns.instants;
  if (state.latest?.instant === instant) return state.latest.forecasts;
  const rows = readWindows(columns, state.errors, { slots: readySlots(columns, shape.windowSteps), windowSteps: shape.windowSteps });
  const said = await askAll(columns, rows, { shape, models, challengers });
  const forecasts = conclude(state, { instant, rows, said });
  state.latest = { instant, forecasts };
  return forecasts;
}

function forecastAtOnce(state: State, isWanted: (slot: number) => boolean): Forecasts {
  const { columns, shape, models, names } = state;
  const slots = readySlots(columns, shape.windowSteps).filter(isWanted);
  const rows = readWindows(columns, state.errors, { slots, windowSteps: shape.windowSteps });
  const said = askOwn(columns, rows, { shape, models, ways: names.length });
  return conclude(state, { instant: columns.instants, rows, said });
}

/** Combines what the ways said, and remembers it to learn from unless the end of an earlier round is still awaited. */
function conclude(state: State, said: Omit<Trial, 'forecasts'>): Forecasts {
  const trial = { ...said, forecasts: emptyForecasts(state.columns.slots * state.shape.horizon) };
  combine(state, trial);
  state.trial ??= trial;
  return trial.forecasts;
}

function nextJob(state: State): LearningJob | undefined {
  const { columns, pool, shape, random } = state;
  const { again, mostSteps, fewestRows } = forecastDefaults.learning;
  if (columns.instants < state.learnAt || pool.count < fewestRows) return undefined;
  state.learnAt = Math.ceil(Math.min(columns.instants * again, columns.instants + mostSteps));
  return { windowSteps: shape.windowSteps, horizon: shape.horizon, random, ...pool.rows() };
}

function forgetSeries({ columns, errors, widths, pool, trial }: State, slot: number): void {
  forgetSlot(columns, slot);
  errors.forget(slot);
  widths.forget(slot);
  pool.forget(slot);
  trial?.rows.slots.forEach((one, row, slots) => {
    if (one === slot) slots[row] = -1;
  });
}

function emptyForecasts(size: number): Forecasts {
  const none = () => new Float64Array(size).fill(Number.NaN);
  return { point: none(), lower: none(), upper: none() };
}

function readySlots({ run, slots }: SeriesColumns, windowSteps: number): Int32Array {
  const ready = new Int32Array(slots);
  let count = 0;
  for (let slot = 0; slot < slots; slot++) if ((run[slot] ?? 0) >= windowSteps) ready[count++] = slot;
  return ready.subarray(0, count);
}

function pendingOf({ columns, errors, shape }: State, slots: Int32Array) {
  const changing = slots.filter((slot) => (columns.change[slot] ?? 0) > 0);
  const rows = readWindows(columns, errors, { slots: changing, windowSteps: shape.windowSteps });
  return {
    instant: columns.instants,
    slots: rows.slots,
    last: Float64Array.from(rows.windows, ({ last }) => last),
    scale: Float64Array.from(rows.windows, ({ scale }) => scale),
    features: rows.features,
  };
}

/** Fills the forecasts of all rows from what the ways said. */
function combine({ columns, errors, widths, shape, names }: State, { rows, said, forecasts }: Trial): void {
  const ways = names.length;
  const weights = new Float64Array(ways);
  const [values, own] = [new Float64Array(ways), new Float64Array(ways)];
  rows.windows.forEach((window, row) => {
    const { slot } = window;
    errors.weigh(slot, weights);
    const spread = spreadOf(columns, window.change, slot);
    const floor = (columns.low[slot] ?? 0) >= 0 ? 0 : Number.NEGATIVE_INFINITY;
    for (let step = 0; step < shape.horizon; step++) {
      const at = (row * shape.horizon + step) * ways;
      values.set(said.subarray(at, at + ways));
      own.set(weights);
      const point = weightedMedian(values, own);
      const to = slot * shape.horizon + step;
      forecasts.point[to] = point;
      forecasts.lower[to] = Math.max(Math.min(floor, point), point - spread * widths.reach(slot, step, 0));
      forecasts.upper[to] = point + spread * widths.reach(slot, step, 1);
    }
  });
}

/** A calm window of a restless series is half trusted. */
function spreadOf({ change }: SeriesColumns, inWindow: number, slot: number): number {
  return ((change[slot] ?? 0) + inWindow) / 2;
}

function settleTrial(state: State, trial: Trial): void {
  const { columns, errors, widths, shape } = state;
  const late = columns.instants - trial.instant - shape.horizon;
  trial.rows.windows.forEach(({ scale }, row) => {
    const slot = trial.rows.slots[row] ?? -1;
    if (slot < 0 || !((columns.change[slot] ?? 0) > 0)) return;
    const actual = Float64Array.from({ length: shape.horizon }, (_, step) => valueAgo(columns, slot, late + shape.horizon - 1 - step));
    errors.settle(slot, errorsOf(trial.said, actual, { row, scale, ways: state.names.length }));
    widths.settle(slot, sidesOf(trial.forecasts, slot, actual));
  });
  errors.endTrial();
  widths.endTrial();
}

function listenedTo({ errors, names }: State, slot: number) {
  const weights = new Float64Array(names.length);
  errors.weigh(slot, weights);
  const total = weights.reduce((sum, one) => sum + one, 0);
  return names.map((name, way) => ({ name, share: (weights[way] ?? 0) / total }));
}
