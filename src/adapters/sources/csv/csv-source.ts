import { CoreError } from '../../../core/errors.ts';
import type { ResourceRef } from '../../../core/model/resource.ts';
import type { SampleBlock, SeriesSubject } from '../../../core/model/samples.ts';
import type { SignalSource } from '../../../core/ports.ts';

/** A table in columns, as the reader of CSV gives it. */
export interface CsvRows {
  readonly rows: number;
  readonly columns: readonly CsvRowsColumn[];
  readonly bad: { readonly count: number; readonly first: readonly { readonly line: number; readonly why: string }[] };
}

/** Numbers (NaN is missing), instants in epoch milliseconds, or texts by number. */
export type CsvRowsColumn =
  | { readonly name: string; readonly kind: 'number' | 'time'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'text'; readonly codes: Int32Array; readonly words: readonly string[] };

type Text = Extract<CsvRowsColumn, { kind: 'text' }>;
type Numbers = Exclude<CsvRowsColumn, { kind: 'text' }>;

/** Names of the column that says when. */
const INSTANTS = ['timestamp', 'time', 'at', 'date', 'datetime'];
/** Below this a number is epoch seconds, above it milliseconds. */
const FIRST_MILLISECONDS = 1e11;

/**
 * The blocks of a CSV in the order of time: a column `timestamp` (ISO 8601, or seconds or milliseconds since 1970), columns that say whose
 * the row is (`namespace`, and `pod` with or without `container`, or `node`, `deployment`, `service`), and every other column of numbers is
 * a metric by its name; an empty field is missing. A file that names nobody is one series, called like the file. Throws `bad-usage`
 * where there is no instant or no metric.
 */
export function* csvBlocks(table: CsvRows, file: string): Generator<SampleBlock> {
  const instants = instantsOf(table, file);
  const metrics = table.columns.filter(
    (column): column is Numbers => column.kind === 'number' && !INSTANTS.includes(column.name.toLowerCase()),
  );
  if (metrics.length === 0) throw new CoreError('bad-usage', `${file} has no column of numbers besides its instants`);
  const order = inTime(instants);
  const who = subjectsOf(table, file);
  const crowds = crowdBook(who);
  for (let from = 0; from < order.length; ) {
    const at = instants[order[from] ?? 0] ?? Number.NaN;
    let to = from + 1;
    while (to < order.length && instants[order[to] ?? 0] === at) to += 1;
    const rows = order.subarray(from, to);
    const subjects = crowds(rows);
    for (const { name, values } of metrics)
      yield {
        signal: 'samples',
        source: 'csv',
        metric: name,
        at,
        subjects,
        values: Float64Array.from(rows, (row) => values[row] ?? Number.NaN),
      };
    from = to;
  }
}

/** A source that plays a CSV and ends. `read` gives its table; rows that could not be read are counted in `dropped`. */
export function csvSource({ file, read }: { readonly file: string; readonly read: () => Promise<CsvRows> }): SignalSource {
  let bad: CsvRows['bad'] = { count: 0, first: [] };
  return {
    name: 'csv',
    health: () => ({
      ageMs: undefined,
      dropped: bad.count > 0 ? { malformed: bad.count } : {},
      ...(bad.count > 0 && { problem: problemOf(file, bad) }),
    }),
    async *stream(signal) {
      const table = await read();
      bad = table.bad;
      for (const block of csvBlocks(table, file)) {
        if (signal.aborted) return;
        yield block;
      }
    },
  };
}

function problemOf(file: string, { count, first }: CsvRows['bad']): string {
  const told = first.slice(0, 3).map(({ line, why }) => `line ${line}: ${why}`);
  return `${file}: ${count} rows were left out (${told.join('; ')}${count > told.length ? '; …' : ''})`;
}

function instantsOf({ columns, rows }: CsvRows, file: string): Float64Array {
  const named = columns.find((column) => INSTANTS.includes(column.name.toLowerCase())) ?? columns.find(({ kind }) => kind === 'time');
  if (!named || named.kind === 'text') {
    const found = named ? ` (${named.name} holds "${named.words[0] ?? ''}")` : '';
    throw new CoreError('bad-usage', `${file} has no column \`timestamp\` of ISO 8601 instants or of seconds since 1970${found}`);
  }
  if (named.kind === 'time') return named.values.subarray(0, rows);
  return named.values.subarray(0, rows).map((value) => (Math.abs(value) < FIRST_MILLISECONDS ? value * 1_000 : value));
}

/** The rows by time, those of one instant as they stand; rows without an instant are left out. */
function inTime(instants: Float64Array): Uint32Array {
  const order = Uint32Array.from({ length: instants.length }, (_, row) => row);
  const isOrdered = instants.every((at, row) => row === 0 || at >= (instants[row - 1] ?? Number.NaN));
  if (isOrdered && !Number.isNaN(instants[0] ?? 0)) return order;
  return order.filter((row) => !Number.isNaN(instants[row] ?? Number.NaN)).sort((a, b) => (instants[a] ?? 0) - (instants[b] ?? 0) || a - b);
}

/** The subject of each row, one object per series. */
function subjectsOf({ columns }: CsvRows, file: string): (row: number) => SeriesSubject {
  const column = (...names: string[]) => columns.find((one): one is Text => one.kind === 'text' && names.includes(one.name.toLowerCase()));
  const parts = {
    namespace: column('namespace'),
    pod: column('pod', 'pod_name', 'podname'),
    container: column('container'),
    node: column('node', 'instance'),
    deployment: column('deployment'),
    service: column('service'),
  };
  const known = new Map<number, SeriesSubject>();
  const used = Object.values(parts).filter((one) => one !== undefined);
  return (row) => {
    let key = 0;
    for (const { codes, words } of used) key = key * words.length + (codes[row] ?? 0);
    const found = known.get(key);
    if (found) return found;
    const word = (one: Text | undefined) => one?.words[one.codes[row] ?? -1] || undefined;
    const subject = subjectOf(
      { namespace: word(parts.namespace), container: word(parts.container) },
      [
        ['Pod', '', word(parts.pod)],
        ['Deployment', 'apps', word(parts.deployment)],
        ['Service', '', word(parts.service)],
        ['Node', '', word(parts.node)],
      ],
      file,
    );
    known.set(key, subject);
    return subject;
  };
}

function subjectOf(
  { namespace, container }: { readonly namespace: string | undefined; readonly container: string | undefined },
  candidates: readonly (readonly [string, string, string | undefined])[],
  file: string,
): SeriesSubject {
  const [kind, apiGroup, name = file] = candidates.find(([, , found]) => found !== undefined) ?? ['File', '', file];
  const isSpread = kind !== 'Node' && kind !== 'File';
  const ref: ResourceRef = { cluster: 'default', apiGroup, kind, name, ...(isSpread && { namespace: namespace ?? 'default' }) };
  return { ref, ...(kind === 'Pod' && container !== undefined && { part: container }) };
}

/** Gives the same array again for the same subjects in the same order: that is what makes the next block cheap. */
function crowdBook(who: (row: number) => SeriesSubject): (rows: Uint32Array) => readonly SeriesSubject[] {
  let last: readonly SeriesSubject[] = [];
  return (rows) => {
    const subjects = Array.from(rows, who);
    const isSame = subjects.length === last.length && subjects.every((subject, index) => subject === last[index]);
    if (!isSame) last = subjects;
    return last;
  };
}
