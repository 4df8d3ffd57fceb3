import { CoreError } from '../../core/errors.ts';
import { type FieldReader, fieldReader, numberIn } from './field-reader.ts';
import { parseTime } from './parse-time.ts';
import { quotedRecord } from './quoted-record.ts';
import { type WordList, wordList } from './word-list.ts';

/** One column: numbers (NaN is missing), instants in epoch milliseconds, or texts by number. */
export type CsvColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'time'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'text'; readonly codes: Int32Array; readonly words: readonly string[] };

/** A table in columns. A row that has too few or too many fields, or a word among numbers, is left out and told of. */
export interface CsvTable {
  readonly rows: number;
  readonly columns: readonly CsvColumn[];
  readonly bad: { readonly count: number; readonly first: readonly BadRow[] };
}

/** A row that was left out: the number of its (first) line, the header being line 1, and why. */
export interface BadRow {
  readonly line: number;
  readonly why: string;
}

/** What a column holds is told from so many rows. */
const SAMPLE = 200;
const MAX_TOLD = 10;
const LINE_FEED = 10;
const RETURN = 13;
const COMMA = 44;

type Open = { readonly name: string } & (
  | { readonly kind: 'number'; readonly values: Float64Array }
  | { readonly kind: 'time'; readonly values: Float64Array }
  | { readonly kind: 'text'; readonly codes: Int32Array; readonly list: WordList }
);

/**
 * Reads a CSV with a header in one pass over its bytes (UTF-8, RFC 4180). A column is numeric when all of its first values are, an
 * instant when all are ISO 8601, else text. Throws `bad-usage` when there is no header.
 */
export function readTable(bytes: Uint8Array): CsvTable {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const header = quotedRecord(bytes, start);
  if (!header || header.fields.every((name) => name.trim() === ''))
    throw new CoreError('bad-usage', 'the CSV has no header: its first line must name the columns');
  const names = header.fields.map((name) => name.trim());
  const room = linesIn(bytes, header.next);
  const columns = kindsOf(bytes, header.next, names.length).map((kind, index) => openColumn(names[index] ?? '', kind, room));
  const { rows, bad } = fill(columns, { bytes, from: header.next, line: header.lines + 1 });
  return { rows, columns: columns.map((column) => closeColumn(column, rows)), bad };
}

function linesIn(bytes: Uint8Array, from: number): number {
  let lines = 1;
  for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}

function kindsOf(bytes: Uint8Array, from: number, count: number): Open['kind'][] {
  const samples: (readonly string[])[] = [];
  for (let at = from; at < bytes.length && samples.length < SAMPLE; ) {
    const record = quotedRecord(bytes, at);
    if (!record) break;
    if (record.fields.length === count) samples.push(record.fields);
    at = record.next;
  }
  return Array.from({ length: count }, (_, index) => kindOf(samples.map((fields) => fields[index] ?? '')));
}

function kindOf(values: readonly string[]): Open['kind'] {
  if (values.every((value) => numberIn(value) !== undefined)) return 'number';
  return values.every((value) => parseTime(value) !== undefined) ? 'time' : 'text';
}

function openColumn(name: string, kind: Open['kind'], room: number): Open {
  return kind === 'text' ? { name, kind, codes: new Int32Array(room), list: wordList() } : { name, kind, values: new Float64Array(room) };
}

function closeColumn(column: Open, rows: number): CsvColumn {
  const { name } = column;
  return column.kind === 'text'
    ? { name, kind: 'text', codes: column.codes.subarray(0, rows), words: column.list.words() }
    : { name, kind: column.kind, values: column.values.subarray(0, rows) };
}

interface Body {
  readonly bytes: Uint8Array;
  readonly from: number;
  /** The number of the first line. */
  readonly line: number;
}

/** Nothing is wrong with a row before it is read. */
function beginRow(reader: FieldReader): void {
  reader.state = 'good';
}

function fill(columns: readonly Open[], { bytes, from, line: firstLine }: Body): Pick<CsvTable, 'rows' | 'bad'> {
  const reader = fieldReader(bytes);
  const first: BadRow[] = [];
  let count = 0;
  let rows = 0;
  let line = firstLine;
  reader.at = from;
  while (reader.at < bytes.length) {
    const start = reader.at;
    beginRow(reader);
    const why = readRow(columns, rows, { bytes, reader });
    let lines = 1;
    if (reader.state === 'quoted') {
      const slow = readQuoted(columns, rows, { bytes, reader, start });
      lines = slow.lines;
      if (slow.why === undefined) rows += 1;
      else report(slow.why);
    } else if (why === undefined) rows += 1;
    else if (why !== 'empty') report(why);
    line += lines;
  }
  function report(why: string): void {
    count += 1;
    if (first.length < MAX_TOLD) first.push({ line, why });
  }
  return { rows, bad: { count, first } };
}

interface Place {
  readonly bytes: Uint8Array;
  readonly reader: FieldReader;
}

/** Reads one row and goes to the next line. Undefined when it is good; `empty` for a line with nothing on it. */
function readRow(columns: readonly Open[], row: number, { bytes, reader }: Place): string | undefined {
  const start = reader.at;
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    if (!column) break;
    if (index > 0) reader.at += 1;
    readField(column, row, { bytes, reader });
    if (reader.state !== 'good') return toNextLine(bytes, reader, () => `column ${column.name} holds no ${column.kind}`);
    const isLast = index === columns.length - 1;
    if ((bytes[reader.at] === COMMA) === isLast) {
      if (reader.at === start) return toNextLine(bytes, reader, () => 'empty');
      return toNextLine(bytes, reader, () => (isLast ? `more than ${columns.length} fields` : `${index + 1} of ${columns.length} fields`));
    }
  }
  reader.at = afterLine(bytes, reader.at);
  return undefined;
}

function readField(column: Open, row: number, { bytes, reader }: Place): void {
  if (column.kind === 'number') column.values[row] = reader.number();
  else if (column.kind === 'time') column.values[row] = reader.time();
  else {
    const from = reader.at;
    reader.skip();
    column.codes[row] = column.list.codeOf(bytes, from, reader.at);
  }
}

function toNextLine(bytes: Uint8Array, reader: FieldReader, why: () => string): string {
  const said = why();
  while (reader.at < bytes.length && bytes[reader.at] !== LINE_FEED) reader.at += 1;
  reader.at += 1;
  return said;
}

function afterLine(bytes: Uint8Array, at: number): number {
  const end = bytes[at] === RETURN && bytes[at + 1] === LINE_FEED ? at + 1 : at;
  return end + 1;
}

function readQuoted(
  columns: readonly Open[],
  row: number,
  { bytes, reader, start }: Place & { readonly start: number },
): { readonly why?: string; readonly lines: number } {
  const record = quotedRecord(bytes, start);
  if (!record) {
    reader.at = bytes.length;
    return { why: 'a quote is never closed: the rest of the file was left out', lines: 1 };
  }
  reader.at = record.next;
  const { fields, lines } = record;
  if (fields.length !== columns.length) return { why: `${fields.length} of ${columns.length} fields`, lines };
  const wrong = columns.find((column, index) => !putText(column, row, fields[index] ?? ''));
  return wrong ? { why: `column ${wrong.name} holds no ${wrong.kind}`, lines } : { lines };
}

function putText(column: Open, row: number, text: string): boolean {
  if (column.kind === 'text') {
    const bytes = new TextEncoder().encode(text);
    column.codes[row] = column.list.codeOf(bytes, 0, bytes.length);
    return true;
  }
  const value = column.kind === 'number' ? numberIn(text) : parseTime(text);
  column.values[row] = value ?? Number.NaN;
  return value !== undefined;
}
