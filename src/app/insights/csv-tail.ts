import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CoreError } from '../../core/errors.ts';
import { csvRecords } from '../csv-records.ts';

/** A row by the names of the header. */
export type CsvRow = Readonly<Record<string, string>>;

/** Reads what is new in a CSV file that somebody else writes. */
export interface CsvTail {
  /**
   * The rows since the last call, whole ones only. A file that was cut off or changed for another of the same name is read from its
   * start; one that is not there (yet) has no rows. Throws `bad-usage` for a file that is no CSV.
   */
  read(): readonly CsvRow[];
  /** Rows that could not be read, with the reason of the last one. */
  readonly bad: { readonly rows: number; readonly why: string | undefined };
}

/** So much is read at once. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/** Opens a tail at the start of the file. Holds no file open between two calls, so that rotation is noticed. */
export function csvTail(file: string): CsvTail {
  let place = { inode: 0, offset: 0, header: '', rest: '' };
  const bad: { rows: number; why: string | undefined } = { rows: 0, why: undefined };

  function rowsIn(text: string): readonly CsvRow[] {
    const all = place.rest + text;
    const end = all.lastIndexOf('\n');
    place.rest = all.slice(end + 1);
    const lines = end < 0 ? [] : all.slice(0, end + 1).split(/(?<=\n)/);
    if (place.header === '') place.header = lines.shift()?.replace(/^\uFEFF/, '') ?? '';
    return lines.flatMap(rowIn);
  }
  function rowIn(line: string): readonly CsvRow[] {
    try {
      return csvRecords(place.header + line);
    } catch (error) {
      bad.rows += 1;
      bad.why = `${file}: ${error instanceof Error ? error.message : String(error)}: ${line.trimEnd().slice(0, 80)}`;
      return [];
    }
  }

  return {
    bad,
    read() {
      const descriptor = opened(file);
      if (descriptor === undefined) return [];
      try {
        const { ino, size } = fstatSync(descriptor);
        if (ino !== place.inode || size < place.offset) place = { inode: ino, offset: 0, header: '', rest: '' };
        const rows: CsvRow[] = [];
        const decoder = new TextDecoder();
        while (place.offset < size) {
          const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, size - place.offset));
          const read = readSync(descriptor, bytes, 0, bytes.length, place.offset);
          if (read === 0) break;
          place.offset += read;
          rows.push(...rowsIn(decoder.decode(bytes.subarray(0, read), { stream: place.offset < size })));
        }
        return rows;
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function opened(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CoreError('bad-usage', `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
