import { appendFileSync, closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { CoreError } from '../../core/errors.ts';

/** A CSV file that grows. */
export interface CsvFile {
  /** What was found in the file that was there before, in words; undefined when there was none. */
  readonly resumed: string | undefined;
  /** Writes rows at once, whole; begins a new file first when this one would grow beyond its size. Throws `store-failed`. */
  append(rows: readonly (readonly string[])[]): void;
}

/** How a file is kept. */
export interface CsvFileOptions {
  readonly file: string;
  readonly header: readonly string[];
  /** Beyond this the file is named FILE.1, that before it FILE.2, and so on. */
  readonly maxBytes: number;
  /** So many old files are kept. */
  readonly keep: number;
}

/**
 * Opens a file to go on with it, or makes it, with its header. Half a row at its end (a writer was killed) is cut off. Throws `bad-usage`
 * when it holds other columns, and `store-failed` when it cannot be written.
 */
export function openCsvFile(options: CsvFileOptions): CsvFile {
  const { file, header } = options;
  return written(file, () => {
    const resumed = existsSync(file) && statSync(file).size > 0 ? resume(file, header) : undefined;
    if (resumed === undefined) appendFileSync(file, line(header));
    return { resumed, append: (rows) => written(file, () => append(rows, options)) };
  });
}

function append(rows: readonly (readonly string[])[], { file, header, maxBytes, keep }: CsvFileOptions): void {
  const text = rows.map(line).join('');
  const size = existsSync(file) ? statSync(file).size : 0;
  if (size > 0 && size + Buffer.byteLength(text) > maxBytes) rotate(file, keep);
  appendFileSync(file, (existsSync(file) && statSync(file).size > 0 ? '' : line(header)) + text);
}

function rotate(file: string, keep: number): void {
  rmSync(`${file}.${keep}`, { force: true });
  for (let n = keep - 1; n >= 1; n -= 1) if (existsSync(`${file}.${n}`)) renameSync(`${file}.${n}`, `${file}.${n + 1}`);
  if (keep > 0) renameSync(file, `${file}.1`);
  else rmSync(file);
}

function resume(file: string, header: readonly string[]): string | undefined {
  const size = statSync(file).size;
  const wanted = line(header).trimEnd();
  const start = textAt(file, 0, Math.min(size, 64 * 1024));
  const firstEnd = start.indexOf('\n');
  const first = (firstEnd < 0 ? start : start.slice(0, firstEnd)).replace(/\r$/, '');
  if (firstEnd < 0 && wanted.startsWith(first)) {
    truncateSync(file, 0);
    return undefined;
  }
  if (first !== wanted) throw otherColumns(file, first.split(','), header);
  const cut = halfRowAtEnd(file, size);
  if (cut > 0) truncateSync(file, size - cut);
  return `goes on with ${file}${cut > 0 ? `; ${cut} bytes of half a row at its end were cut off` : ''}`;
}

function otherColumns(file: string, found: readonly string[], header: readonly string[]): CoreError {
  const missing = header.filter((name) => !found.includes(name));
  const more = found.filter((name) => !header.includes(name));
  const what = [missing.length > 0 ? `lacks ${missing.join(', ')}` : '', more.length > 0 ? `has ${more.join(', ')} beside` : '']
    .filter((part) => part !== '')
    .join(' and ');
  return new CoreError(
    'bad-usage',
    `${file} ${what || 'has its columns in another order'}: name another --output-file, or the same queries as before`,
  );
}

/** The bytes behind the last line break. */
function halfRowAtEnd(file: string, size: number): number {
  for (let room = 64 * 1024; ; room *= 4) {
    const from = Math.max(0, size - room);
    const last = bytesAt(file, from, size - from).lastIndexOf(10);
    if (last >= 0) return size - from - last - 1;
    if (from === 0) return size;
  }
}

function textAt(file: string, from: number, length: number): string {
  return bytesAt(file, from, length).toString('utf8');
}

function bytesAt(file: string, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, from));
  } finally {
    closeSync(descriptor);
  }
}

function line(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}

function written<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CoreError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError('store-failed', `${file} cannot be written: ${why}`, { cause: error });
  }
}
