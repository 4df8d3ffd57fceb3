import { cicColumnsMissing, cicRowReader } from '../../../adapters/sources/netflow/cic-row.ts';
import { CoreError } from '../../../core/errors.ts';
import type { Flow } from '../../../core/model/flow.ts';
import type { Rows } from '../../../learning/gbdt/gbdt-model.ts';
import type { FlowFile } from './flow-files.ts';

/** A labelled flow as CICFlowMeter counts it: both directions at once. */
export interface CicFlow {
  readonly label: string;
  /** When it began, epoch milliseconds. */
  readonly at: number;
  /** `2017-07-07`. */
  readonly day: string;
  /** What a classifier may know, in the order of the columns. */
  readonly figures: readonly number[];
  /** The way there and, when anything came, the way back. */
  readonly flows: readonly Flow[];
}

/** Flows of several files, in the order of time. */
export interface CicFlows {
  readonly columns: readonly string[];
  readonly flows: readonly CicFlow[];
}

/** Says who and when instead of how, or is the answer. */
const WITHHELD = /^(id|flow id|(src|source) (ip|port)|(dst|destination) ip|timestamp|label|attempted category)$/i;

/** Reads files as CICFlowMeter writes them. Figures are those columns that all of them have. Throws `bad-usage` when a file lacks a column. */
export function cicFlows(files: readonly FlowFile[]): CicFlows {
  const columns = (files[0]?.columns ?? []).filter(
    (column) => !WITHHELD.test(column) && files.every((file) => file.columns.includes(column)),
  );
  const flows = files.flatMap((file) => labelledFlows(file, columns));
  return { columns, flows: flows.toSorted((a, b) => a.at - b.at) };
}

function labelledFlows(file: FlowFile, columns: readonly string[]): readonly CicFlow[] {
  const missing = cicColumnsMissing(file.columns);
  if (missing.length > 0) throw new CoreError('bad-usage', `--data: ${file.name}: there is no column ${missing.join(' and no column ')}`);
  const read = cicRowReader(file.columns, file.name);
  const places = columns.map((column) => file.columns.indexOf(column));
  const labelAt = file.columns.indexOf('Label');
  return file.rows.map((row, n) => {
    const flows = read(row).filter((flow) => flow !== undefined);
    const at = flows[0]?.startAt ?? Number.NaN;
    if (Number.isNaN(at))
      throw new CoreError('bad-usage', `--data: ${file.name}: row ${n + 2} has no time in its Timestamp, as 2017-07-07 13:55:01`);
    return {
      label: row[labelAt] ?? '',
      at,
      day: new Date(at).toISOString().slice(0, 10),
      figures: places.map((place) => Number(row[place])),
      flows,
    };
  });
}

/** As a classifier reads them. */
export function cicRows(flows: readonly CicFlow[], width: number): Rows {
  const values = new Float32Array(flows.length * width);
  for (const [n, { figures }] of flows.entries()) values.set(figures, n * width);
  return { count: flows.length, width, values };
}
