import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';
import { csvRecords } from '../../csv-records.ts';

/** One column as numbers: a text has the number of its first appearance, what is missing is NaN. */
export interface FailureColumn {
  readonly name: string;
  readonly values: Float32Array;
}

/** Rows in the order of time, each with whether it ended in a failure. */
export interface FailureTable {
  readonly name: string;
  readonly count: number;
  readonly labels: Uint8Array;
  /** What was known of a row when it began, or at its moment. */
  readonly columns: readonly FailureColumn[];
  /** Columns that were left out, each with the reason. */
  readonly dropped: readonly string[];
  /** When a row began, and when its label was known: both, when the label comes later than the row. */
  readonly began?: Float64Array;
  readonly ended?: Float64Array;
}

type Records = readonly Readonly<Record<string, string>>[];

/** How failures are written in the column of that name. */
const labelColumns: Readonly<Record<string, (text: string) => boolean>> = {
  pod_phase: (text) => text === 'Failed',
  failure_type: (text) => text !== 'NoFailure' && text !== '',
  event_type: (text) => text !== 'Normal' && text !== '',
  label: (text) => text === '1' || text.toLowerCase() === 'true',
};
const beginColumns = ['creation_time', 'timestamp', 'Timestamp'];
const endColumn = 'deletion_time';
/** A name of each row of its own tells nothing of the next one. */
const namelike = /^(name|pod|pod_name|pod_ip|host_ip)$/;

/** All tables of a folder with a column of failures, known by its name. Throws `bad-usage` when there is none. */
export function failureTables(dataDir: string): readonly FailureTable[] {
  const files = readdirSync(dataDir)
    .toSorted()
    .filter((file) => /\.csv(\.gz)?$/.test(file));
  const tables = files.flatMap((file) => tableOf(file, recordsOf(join(dataDir, file))));
  if (tables.length > 0) return tables;
  throw new CoreError(
    'bad-usage',
    `--data ${dataDir}: there is no table of failures; put a CSV file there with a column ${Object.keys(labelColumns).join(', ')}`,
  );
}

function recordsOf(path: string): Records {
  try {
    const bytes = readFileSync(path);
    return csvRecords((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (cause) {
    throw new CoreError('bad-usage', `${path}: ${String(cause)}; put the file there as it was published`, { cause });
  }
}

function tableOf(file: string, unsorted: Records): FailureTable[] {
  const names = Object.keys(unsorted[0] ?? {});
  const label = names.find((name) => Object.hasOwn(labelColumns, name));
  const begin = names.find((name) => beginColumns.includes(name));
  const isFailure = label && labelColumns[label];
  if (!isFailure || begin === undefined) return [];
  const records = unsorted.toSorted((one, other) => instantOf(one[begin]) - instantOf(other[begin]));
  const hasEnd = names.includes(endColumn);
  const began = Float64Array.from(records, (record) => instantOf(record[begin]));
  const later = names.filter((name) => name !== begin && isLater(records, name, began));
  const rest = names.filter((name) => name !== label && name !== begin && !later.includes(name) && !namelike.test(name));
  return [
    {
      name: file.replace(/\.csv(\.gz)?$/, ''),
      count: records.length,
      labels: Uint8Array.from(records, (record) => (isFailure(record[label] ?? '') ? 1 : 0)),
      columns: rest.map((name) => columnOf(records, name)),
      dropped: later.map((name) => `${name}: an instant after the row began, so it was not known then`),
      ...(hasEnd ? { began, ended: Float64Array.from(records, (record) => instantOf(record[endColumn])) } : {}),
    },
  ];
}

/** Whether a column holds instants, most of which are after the beginning of their row or missing. */
function isLater(records: Records, name: string, began: Float64Array): boolean {
  if (!/(_time|_at|Time|timestamp)$/.test(name)) return false;
  return records.filter((record, row) => !(instantOf(record[name]) < (began[row] ?? 0))).length > records.length / 2;
}

/** Seconds, whatever they are counted from; a date, too. */
function instantOf(text: string | undefined): number {
  if (text === undefined || text === '') return Number.NaN;
  const number = Number(text);
  return Number.isNaN(number) ? Date.parse(text) / 1000 : number;
}

function columnOf(records: Records, name: string): FailureColumn {
  const texts = records.map((record) => record[name] ?? '');
  const isNumber = texts.every((text) => text === '' || Number.isFinite(Number(text)));
  const codes = new Map<string, number>();
  const codeOf = (text: string) => {
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    return code;
  };
  const values = Float32Array.from(texts, (text) => (isNumber ? (text === '' ? Number.NaN : Number(text)) : codeOf(text)));
  return { name, values };
}
