import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';
import { csvRecords } from '../../csv-records.ts';

/** Series that were measured together, at equal steps: by series and step, NaN where a value is missing. */
export interface SeriesBlock {
  readonly names: readonly string[];
  readonly steps: number;
  readonly values: Float64Array;
  /** By the seconds in a file with a row per value; a file with a row per series is a day; missing where nobody says. */
  readonly stepsPerDay?: number;
}

/** One metric of one kind of thing: blocks one after another, such as days, each with series of its own. */
export interface SeriesSet {
  readonly name: string;
  readonly blocks: readonly SeriesBlock[];
  /** Why one step follows another only by the order of the file, where it is so. */
  readonly caveat?: string;
}

/** How a file holds series: a row per value, a row per series, or a row per moment and pod with a column per metric. */
type Layout = 'values' | 'rows' | 'table';

interface SeriesFile {
  readonly path: string;
  readonly name: string;
  readonly layout: Layout;
}

/** Enough to see the names of the columns. */
const HEAD_BYTES = 65_536;

/**
 * The sets of a folder, or, where it holds none, those of the folders in it: files are recognised by the names of their columns, and all
 * files of a folder with a row per series are one set, in the order of their names. Throws `bad-usage` when there is none.
 */
export function seriesSets(dataDir: string): readonly (() => SeriesSet)[] {
  const own = setsIn(dataDir);
  const found = own.length > 0 ? own : foldersIn(dataDir).flatMap((folder) => setsIn(folder, ['values', 'rows']));
  if (found.length > 0) return found;
  throw new CoreError(
    'bad-usage',
    `--data ${dataDir}: there are no series; put a CSV file there with the columns pod,t,value (a row per value), ` +
      'or a name and t0,t1,… (a row per series), or timestamp, pod_name and numbers',
  );
}

function setsIn(folder: string, layouts: readonly Layout[] = ['values', 'rows', 'table']): (() => SeriesSet)[] {
  const files = readdirSync(folder)
    .toSorted()
    .flatMap((file) => fileOf(folder, file))
    .filter(({ layout }) => layouts.includes(layout));
  const rows = files.filter(({ layout }) => layout === 'rows');
  const [first] = rows;
  return [
    ...files.filter(({ layout }) => layout === 'values').map((file) => () => ({ name: file.name, blocks: [blockOfValues(file)] })),
    ...files.filter(({ layout }) => layout === 'table').map((file) => () => setOfTable(file)),
    ...(first ? [() => ({ name: first.name, blocks: rows.map(blockOfRows) })] : []),
  ];
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isDirectory());
}

function fileOf(folder: string, file: string): SeriesFile[] {
  const path = join(folder, file);
  if (!/\.csv(\.gz)?$/.test(file) || !statSync(path).isFile()) return [];
  const columns = headOf(path).split(/\r?\n/, 1)[0]?.split(',') ?? [];
  const layout = layoutOf(columns);
  return layout ? [{ path, name: file.replace(/\.csv(\.gz)?$/, ''), layout }] : [];
}

function layoutOf(columns: readonly string[]): Layout | undefined {
  const [first, second, third] = columns;
  if (columns.length === 3 && second === 't' && third === 'value') return 'values';
  if (first !== undefined && second === 't0' && third === 't1') return 'rows';
  if (first === 'timestamp' && second === 'pod_name' && columns.length > 4) return 'table';
  return undefined;
}

function headOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const head = bytes.subarray(0, readSync(file, bytes));
    const text = path.endsWith('.gz') ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;
    return text.toString('utf8');
  } catch (cause) {
    throw new CoreError('bad-usage', `${path}: ${String(cause)}; put the file there as it was published`, { cause });
  } finally {
    closeSync(file);
  }
}

function textOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function rowsOf(path: string): readonly (readonly string[])[] {
  return textOf(path)
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split(','));
}

/** Steps are as far apart as the two moments that are closest. */
function blockOfValues({ path }: SeriesFile): SeriesBlock {
  const rows = rowsOf(path);
  const moments = [...new Set(rows.map(([, at]) => Number(at)))].sort((one, other) => one - other);
  const [first = 0, last = 0] = [moments[0], moments.at(-1)];
  const step = moments.reduce((least, at, n) => (n === 0 ? least : Math.min(least, at - (moments[n - 1] ?? at))), Number.POSITIVE_INFINITY);
  if (!(step > 0 && Number.isFinite(step))) throw new CoreError('bad-usage', `${path}: there are fewer than two moments in column t`);
  const steps = Math.round((last - first) / step) + 1;
  const names = [...new Set(rows.map(([name = '']) => name))].toSorted();
  const slots = new Map(names.map((name, slot) => [name, slot]));
  const values = new Float64Array(names.length * steps).fill(Number.NaN);
  for (const [name = '', at, value] of rows)
    values[(slots.get(name) ?? 0) * steps + Math.round((Number(at) - first) / step)] = numberOf(value);
  return { names, steps, values, stepsPerDay: 86_400 / step };
}

function blockOfRows({ path }: SeriesFile): SeriesBlock {
  const rows = rowsOf(path);
  const steps = Math.max(0, ...rows.map((row) => row.length - 1));
  const values = new Float64Array(rows.length * steps).fill(Number.NaN);
  rows.forEach((row, slot) => {
    for (let step = 0; step < steps; step++) values[slot * steps + step] = numberOf(row[step + 1]);
  });
  return { names: rows.map(([name = '']) => name), steps, values, stepsPerDay: steps };
}

/** A series for each column of numbers, in the order of the file: no pod comes twice often enough to be a series of its own. */
function setOfTable({ path, name }: SeriesFile): SeriesSet {
  const records = csvRecords(textOf(path));
  const pods = new Set(records.map((record) => record.pod_name)).size;
  const columns = Object.keys(records[0] ?? {}).filter((column) => records.every((record) => Number.isFinite(numberOf(record[column]))));
  const values = Float64Array.from(columns.flatMap((column) => records.map((record) => numberOf(record[column]))));
  const [rows, names] = [records.length, pods].map((count) => count.toLocaleString('en'));
  const caveat = `${rows} rows are of ${names} pods, so each column is one series in the order of the file`;
  return { name, blocks: [{ names: columns, steps: records.length, values }], caveat };
}

function numberOf(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text);
}
