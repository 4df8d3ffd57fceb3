import { textOf } from './files.ts';
import { refusal } from './refusal.ts';

/** The cells of a CSV of plain fields, row by row; quotes around them are left out. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A CSV whose first row names the columns; a comma inside of quotes is not understood. Throws `bad-usage` when a wanted column or all rows are missing, or a row has too few fields. */
export function tableOf(file: string, wanted: readonly string[]): Table {
  const [head = '', ...lines] = textOf(file).replaceAll('"', '').trimEnd().split(/\r?\n/);
  const columns = head.replace(/^\uFEFF/, '').split(',');
  const missing = wanted.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw refusal(file, `there is no column ${missing.join(' and ')}`);
  if (lines.length === 0) throw refusal(file, 'there are no rows in it');
  const rows = lines.map((line) => line.split(','));
  const short = rows.findIndex((row) => row.length !== columns.length);
  if (short >= 0) throw refusal(file, `row ${short + 2} has ${rows[short]?.length} fields instead of ${columns.length}`);
  return { columns, rows };
}

/** The numbers of one column; what is empty or no number is NaN. */
export function numbersOf({ columns, rows }: Table, column: string): Float64Array {
  const at = columns.indexOf(column);
  return Float64Array.from(rows, (row) => numberIn(row[at]));
}

/** The instants of a column, epoch milliseconds, as UTC where no zone is given. Throws `bad-usage` for one that is none. */
export function instantsOf(file: string, { columns, rows }: Table, column: string): Float64Array {
  const at = columns.indexOf(column);
  return Float64Array.from(rows, (row, n) => {
    const instant = instantOf(row[at] ?? '');
    if (Number.isNaN(instant)) throw refusal(file, `row ${n + 2} has no instant in ${column}`);
    return instant;
  });
}

/** A date and time as ISO 8601 or with a blank, as UTC where no zone is given; NaN for anything else. */
export function instantOf(text: string): number {
  const iso = text.replace(' ', 'T');
  return Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(iso) ? iso : `${iso}Z`);
}

/** All numbers of a CSV without a first row of names, row by row, and how many stand in a row. Throws `bad-usage` for rows of unequal length. */
export function matrixOf(file: string): { readonly dims: number; readonly values: Float64Array } {
  const rows = textOf(file)
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const dims = rows[0]?.length ?? 0;
  const uneven = rows.findIndex((row) => row.length !== dims);
  if (uneven >= 0) throw refusal(file, `row ${uneven + 1} has ${rows[uneven]?.length} fields instead of ${dims}`);
  return { dims, values: Float64Array.from(rows.flat(), numberIn) };
}

function numberIn(text: string | undefined): number {
  return text === undefined || text === '' ? Number.NaN : Number(text);
}
