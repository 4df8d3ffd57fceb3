/**
 * The records of a CSV text by the names of its first row (RFC 4180: quotes, doubled quotes, line breaks in quotes). Throws a
 * `SyntaxError` that names the row when a row has another number of fields than the first, or a quote is never closed.
 */
export function csvRecords(text: string): Readonly<Record<string, string>>[] {
  const [head = [], ...rows] = rowsOf(text.replace(/^\uFEFF/, ''));
  return rows.map((row, n) => {
    if (row.length !== head.length) throw new SyntaxError(`row ${n + 2} has ${row.length} fields instead of ${head.length}`);
    return Object.fromEntries(head.map((name, at) => [name, row[at] ?? '']));
  });
}

/** A field in quotes or without, and what ends it. */
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  field.lastIndex = 0;
  while (field.lastIndex < text.length || row.length > 0) {
    const [, quoted, plain = '', end = ''] = field.exec(text) ?? broken(rows.length + 1);
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

function broken(row: number): never {
  throw new SyntaxError(`row ${row} has a quote in the wrong place, or one that is never closed`);
}
