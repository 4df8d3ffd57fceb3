import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CoreError } from '../../core/errors.ts';
import { type CsvColumn, type CsvTable, readTable } from '../../learning/csv/read-table.ts';
import { timesOf } from './row-times.ts';
import { type Series, type SeriesTable, usualStepMs } from './series-table.ts';

/** Columns that say when a row is of; the first that is there counts. */
const TIME = ['timestamp', 'time', 'date', 't'];
/** Columns that say which series a row is of, in the order in which its name is put together. */
const IDENTITY = ['cluster', 'node', 'namespace', 'workload', 'pod', 'pod_name', 'container', 'series', 'name'];

/**
 * Reads a CSV with a row for each pod and instant: `timestamp`, columns that name the series (`namespace`, `pod` …), and numeric columns,
 * which are the features. Rows are sorted by time within their series. Throws `bad-usage` for a file that is no such CSV.
 */
export function readSeries(file: string, features?: readonly string[]): SeriesTable {
  const table = tableOf(file);
  const named = (names: readonly string[]) => names.flatMap((name) => table.columns.find((one) => one.name.toLowerCase() === name) ?? []);
  const [timeColumn] = named(TIME);
  if (!timeColumn) return refuse(file, 'there is no column timestamp');
  const identity = named(IDENTITY);
  const chosen = featuresOf(table, { file, features, others: [timeColumn, ...identity] });
  const times = instantsOf(timeColumn, table.rows);
  const groups = Map.groupBy(Array.from({ length: table.rows }).keys(), (row) => identity.map((column) => textAt(column, row)).join('/'));
  const built = [...groups].map(([name, members]) => seriesOf(name, members, { times, columns: chosen }));
  const series = built.map((one) => one.series);
  const dropped = {
    [badRows(table)]: table.bad.count,
    'without a time': times.filter(Number.isNaN).length,
    'same time twice': built.reduce((sum, one) => sum + one.doubles, 0),
  };
  return { file, features: chosen.map(({ name }) => name), series, stepMs: usualStepMs(series), dropped };
}

function tableOf(file: string): CsvTable {
  try {
    const bytes = readFileSync(file);
    const table = readTable(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
    return table.rows > 0 ? table : refuse(file, `there are no rows in it (${badRows(table)})`);
  } catch (error) {
    return refuse(file, error instanceof Error ? error.message : String(error));
  }
}

function badRows({ bad }: CsvTable): string {
  const [first] = bad.first;
  return first ? `malformed (line ${first.line}: ${first.why})` : 'malformed';
}

function refuse(file: string, why: string): never {
  throw new CoreError('bad-usage', `--input ${file}: ${why}; give a CSV with a column timestamp and numeric columns`);
}

type NumberColumn = Extract<CsvColumn, { readonly values: Float64Array }>;

interface Choice {
  readonly file: string;
  readonly features: readonly string[] | undefined;
  readonly others: readonly CsvColumn[];
}

/** Those asked for, or all columns of numbers that are no identity and no time. */
function featuresOf({ columns }: CsvTable, { file, features, others }: Choice): readonly NumberColumn[] {
  const numeric = columns.flatMap((one) =>
    one.kind === 'number' && !others.includes(one) && one.values.some(Number.isFinite) ? [one] : [],
  );
  const names = numeric.map(({ name }) => name);
  const strange = features?.filter((name) => !names.includes(name)) ?? [];
  if (strange.length > 0) refuse(file, `${strange.join(', ')} is no numeric column of it (there is ${names.join(', ') || 'none'})`);
  if (numeric.length === 0) refuse(file, 'no column holds numbers only');
  return features ? features.flatMap((name) => numeric.find((one) => one.name === name) ?? []) : numeric;
}

/** Epoch milliseconds; NaN for what is no instant. */
function instantsOf(column: CsvColumn, rows: number): Float64Array {
  if (!('words' in column)) return column.kind === 'time' ? column.values : Float64Array.from(timesOf(Array.from(column.values, String)));
  const byWord = timesOf(column.words);
  return Float64Array.from({ length: rows }, (_, row) => byWord[column.codes[row] ?? -1] ?? Number.NaN);
}

function textAt(column: CsvColumn, row: number): string {
  return 'words' in column ? (column.words[column.codes[row] ?? -1] ?? '') : String(column.values[row]);
}

interface Columns {
  readonly times: Float64Array;
  readonly columns: readonly NumberColumn[];
}

/** Of rows with the same time the last one counts. */
function seriesOf(name: string, members: readonly number[], { times, columns }: Columns) {
  const time = (row: number) => times[row] ?? Number.NaN;
  const timed = members.filter((row) => !Number.isNaN(time(row)));
  if (timed.some((row, place) => time(row) < time(timed[place - 1] ?? row))) timed.sort((a, b) => time(a) - time(b));
  const kept = timed.filter((row, place) => time(row) !== time(timed[place + 1] ?? -1));
  const values = new Float64Array(kept.length * columns.length);
  for (const [column, { values: all }] of columns.entries())
    for (const [place, row] of kept.entries()) values[place * columns.length + column] = all[row] ?? Number.NaN;
  const series: Series = { name: name || 'all', at: Float64Array.from(kept, time), values };
  return { series, doubles: timed.length - kept.length };
}
