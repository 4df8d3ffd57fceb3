import { levelWeights, type SeriesColumns } from './series-columns.ts';

/** One window of one series, and what is known of it. */
export interface SeriesWindow {
  readonly slot: number;
  /** Oldest first. */
  readonly values: Float64Array;
  /** The same, smallest first. */
  readonly sorted: Float64Array;
  readonly last: number;
  readonly median: number;
  /** The series' typical change; what is forecast is counted in it. Above 0. */
  readonly scale: number;
  /** The mean size of a change within the window. */
  readonly change: number;
}

/** How the simple ways did on the series of late, in typical changes: the last value's error, and that of the median and the level over it. */
export interface RecentSkill {
  readonly last: number;
  readonly median: number;
  readonly level: number;
}

/** How many numbers describe a window of so many steps. */
export function featureWidth(windowSteps: number): number {
  return windowSteps - 1 + WINDOW_SHAPE + HISTORY;
}

const WINDOW_SHAPE = 14;
const HISTORY = 16;
/** Where, counted from the end of the lags, the median of the window stands. */
const MEDIAN = 3;
const shares = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] as const;

/** The column that holds the median of the window, counted from the last value in typical changes. */
export function medianColumn(windowSteps: number): number {
  return windowSteps - 1 + MEDIAN;
}

/** Looks at the last values of a slot; undefined while one of them is missing. */
export function shapeOf(values: Float64Array, slot: number, typicalChange: number): SeriesWindow {
  const sorted = values.toSorted();
  const size = values.length;
  let change = 0;
  for (let n = 1; n < size; n++) change += Math.abs((values[n] ?? 0) - (values[n - 1] ?? 0));
  const median = ((sorted[(size - 1) >> 1] ?? 0) + (sorted[size >> 1] ?? 0)) / 2;
  return { slot, values, sorted, last: values[size - 1] ?? 0, median, scale: typicalChange, change: change / Math.max(1, size - 1) };
}

/** Writes what a model is told of a window, free of the series' own unit: all values as typical changes away from the last one. */
export function writeFeatures(columns: SeriesColumns, window: SeriesWindow, skill: RecentSkill, into: Float32Array): void {
  const { values, last, scale } = window;
  const lags = values.length - 1;
  for (let n = 0; n < lags; n++) into[n] = ((values[n] ?? 0) - last) / scale;
  writeShape(window, into.subarray(lags));
  writeHistory(columns, window, skill, into.subarray(lags + WINDOW_SHAPE));
}

function writeShape({ values, sorted, last, median, scale, change }: SeriesWindow, into: Float32Array): void {
  const size = values.length;
  const lately = Math.min(6, size);
  let [changes, zeros, sum, recent] = [0, 0, 0, 0];
  for (let n = 0; n < size; n++) {
    const value = values[n] ?? 0;
    sum += value;
    if (n >= size - lately) recent += value;
    if (value === 0) zeros++;
    if (n > 0 && value !== values[n - 1]) changes++;
  }
  const [low, high] = [sorted[0] ?? 0, sorted[size - 1] ?? 0];
  shares.forEach((share, n) => {
    into[n] = ((sorted[Math.floor(share * (size - 1))] ?? 0) - last) / scale;
  });
  into[MEDIAN] = (median - last) / scale;
  into[7] = (sum / size - last) / scale;
  into[8] = (recent / lately - last) / scale;
  into[9] = change / scale;
  into[10] = changes;
  into[11] = zeros;
  into[12] = high > low ? (last - low) / (high - low) : 0;
  into[13] = last === 0 ? 1 : 0;
}

function writeHistory(columns: SeriesColumns, { slot, last, scale }: SeriesWindow, skill: RecentSkill, into: Float32Array): void {
  const { drift, moved } = columns;
  levelWeights.forEach((_, n) => {
    into[n] = ((columns.levels[slot * levelWeights.length + n] ?? last) - last) / scale;
  });
  into[3] = ((columns.low[slot] ?? last) - last) / scale;
  into[4] = ((columns.high[slot] ?? last) - last) / scale;
  into[5] = columns.still[slot] ?? 0;
  into[6] = columns.age[slot] ?? 0;
  into[7] = last / scale;
  into[8] = drift[0] ?? 0;
  into[9] = drift[1] ?? 0;
  into[10] = drift.reduce((sum, one) => sum + one, 0);
  into[11] = moved[0] ?? 0;
  into[12] = (moved[0] ?? 0) + (moved[1] ?? 0) + (moved[2] ?? 0);
  into[13] = skill.last;
  into[14] = skill.median;
  into[15] = skill.level;
}
