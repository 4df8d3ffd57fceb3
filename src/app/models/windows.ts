import type { SequenceShape } from '../../learning/graphs/sequence-spec.ts';
import type { SeriesTable } from './series-table.ts';

/** What part of the time a window's future lies in: learnt from, watched for early stopping, or held out to the end. */
export type Part = 'training' | 'watching' | 'heldOut';

/** Instants at which the parts of a file end, epoch milliseconds. */
export interface Borders {
  readonly training: number;
  readonly watching: number;
}

/** All rows of all series behind each other, and the windows that can be cut out of them, by their first rows. */
export interface Windows {
  readonly shape: SequenceShape;
  /** `features` numbers for each row, unscaled. */
  readonly rows: Float64Array;
  readonly at: Float64Array;
  /** By row, which series it is of. */
  readonly seriesOf: Int32Array;
  /** By series, its first row. */
  readonly firstRow: Int32Array;
  readonly starts: Readonly<Record<Part, Int32Array>>;
  /** Windows that were not used, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** 70 % of the rows to learn from, 15 % to watch, 15 % held out. */
const SHARES = { training: 0.7, watching: 0.85 };

/** The instants that part the rows of a file in time. */
export function bordersOf({ series }: SeriesTable): Borders {
  const times = Float64Array.from(series.flatMap(({ at }) => [...at])).sort();
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { training: at(SHARES.training), watching: at(SHARES.watching) };
}

/**
 * Cuts windows with their futures out of each series by itself. A window is skipped when a value is missing in it, when rows are missing
 * (it would last longer than its steps), or when its future lies across a border, so that nothing learnt from is asked again.
 */
export function cutWindows(table: SeriesTable, shape: SequenceShape, borders: Borders): Windows {
  const { rows, at, seriesOf, firstRow, broken } = flatten(table, shape.features);
  const starts: Record<Part, number[]> = { training: [], watching: [], heldOut: [] };
  const skipped: Record<Fault, number> = { 'with missing values': 0, 'with missing rows': 0, 'across a border in time': 0 };
  const length = shape.window + shape.horizon;
  const sort = sorter({ at, broken, borders, shape, longest: (length - 0.5) * (table.stepMs ?? 0) });
  for (const [which, series] of table.series.entries()) {
    const first = firstRow[which] ?? 0;
    for (let start = first; start + length <= first + series.at.length; start++) {
      const place = sort(start);
      if (isPart(place)) starts[place].push(start);
      else skipped[place]++;
    }
  }
  const found = {
    training: Int32Array.from(starts.training),
    watching: Int32Array.from(starts.watching),
    heldOut: Int32Array.from(starts.heldOut),
  };
  return { shape, rows, at, seriesOf, firstRow, starts: found, skipped };
}

type Fault = 'with missing values' | 'with missing rows' | 'across a border in time';

function isPart(place: Part | Fault): place is Part {
  return place === 'training' || place === 'watching' || place === 'heldOut';
}

interface Sorting {
  readonly at: Float64Array;
  readonly broken: Int32Array;
  readonly borders: Borders;
  readonly shape: SequenceShape;
  readonly longest: number;
}

/** Says where the window belongs that begins at a row, or what is wrong with it. */
function sorter({ at, broken, borders, shape: { window, horizon }, longest }: Sorting): (start: number) => Part | Fault {
  return (start) => {
    const [from = 0, future = 0, end = 0] = [at[start], at[start + window], at[start + window + horizon - 1]];
    if ((broken[start + window + horizon] ?? 0) > (broken[start] ?? 0)) return 'with missing values';
    if (end - from > longest) return 'with missing rows';
    return partOf(borders, future, end) ?? 'across a border in time';
  };
}

function partOf({ training, watching }: Borders, from: number, to: number): Part | undefined {
  if (to <= training) return 'training';
  if (from > training && to <= watching) return 'watching';
  return from > watching ? 'heldOut' : undefined;
}

/** `broken[n]` counts the rows before row n in which a value is missing. */
function flatten({ series }: SeriesTable, features: number) {
  const count = series.reduce((sum, { at }) => sum + at.length, 0);
  const rows = new Float64Array(count * features);
  const at = new Float64Array(count);
  const seriesOf = new Int32Array(count);
  const firstRow = new Int32Array(series.length);
  let next = 0;
  for (const [which, one] of series.entries()) {
    rows.set(one.values, next * features);
    at.set(one.at, next);
    seriesOf.fill(which, next, next + one.at.length);
    firstRow[which] = next;
    next += one.at.length;
  }
  const broken = new Int32Array(count + 1);
  for (let row = 0; row < count; row++) {
    const isBroken = rows.subarray(row * features, (row + 1) * features).some((value) => !Number.isFinite(value));
    broken[row + 1] = (broken[row] ?? 0) + Number(isBroken);
  }
  return { rows, at, seriesOf, firstRow, broken };
}

/** The window that ends with the newest row of each series; series with too few rows, missing values or missing rows in it have none. */
export function newestWindows(table: SeriesTable, shape: SequenceShape): Windows {
  const { rows, at, seriesOf, firstRow, broken } = flatten(table, shape.features);
  const longest = (shape.window - 0.5) * (table.stepMs ?? 0);
  const newest = table.series.flatMap((series, which) => {
    const end = (firstRow[which] ?? 0) + series.at.length;
    const start = end - shape.window;
    const isWhole = series.at.length >= shape.window && (broken[end] ?? 0) === (broken[start] ?? 0);
    return isWhole && (at[end - 1] ?? 0) - (at[start] ?? 0) <= longest ? [start] : [];
  });
  const none = new Int32Array();
  const starts = { training: none, watching: none, heldOut: Int32Array.from(newest) };
  return { shape, rows, at, seriesOf, firstRow, starts, skipped: { 'without a whole window': table.series.length - newest.length } };
}

/** At most so many of them, evenly apart. */
export function thinned(starts: Int32Array, most: number): Int32Array {
  if (starts.length <= most) return starts;
  return Int32Array.from({ length: most }, (_, n) => starts[Math.floor((n * starts.length) / most)] ?? 0);
}
