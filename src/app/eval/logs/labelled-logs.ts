import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';
import { csvRecords } from '../../csv-records.ts';

/** A log of one system, and the true template of each of its lines. */
export interface LabelledLog {
  readonly name: string;
  /** The contents of the lines: without time stamp, level and the like. */
  readonly lines: readonly string[];
  readonly templates: readonly string[];
}

/**
 * The logs of a folder laid out as Loghub-2k, by name: `NAME/NAME_2k.log_structured_corrected.csv`, or the same with `.gz`, with the
 * columns Content and EventTemplate. Throws `bad-usage` when there is none, or one cannot be read.
 */
export function labelledLogs(dataDir: string): readonly LabelledLog[] {
  const names = readdirSync(dataDir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const found = names.toSorted().flatMap((name) => {
    const files = readdirSync(join(dataDir, name));
    const labels = files.find((file) => /_structured_corrected\.csv(?:\.gz)?$/.test(file));
    if (labels) return [labelledLog(name, join(dataDir, name, labels))];
    if (!files.some((file) => file.endsWith('_2k.log'))) return [];
    throw refusal(join(dataDir, name), `there is a log without its labels; put ${name}_2k.log_structured_corrected.csv.gz beside it`);
  });
  if (found.length > 0) return found;
  if (names.some((name) => readdirSync(join(dataDir, name)).some((file) => /_(?:train|test_(?:ab)?normal)$/.test(file))))
    throw refusal(
      dataDir,
      'it holds sequences of event numbers without the text of lines, and what is watched is text: they are not evaluated',
    );
  throw refusal(
    dataDir,
    'there is no folder NAME with NAME_2k.log_structured_corrected.csv.gz in it; give a data set laid out as Loghub-2k',
  );
}

function labelledLog(name: string, file: string): LabelledLog {
  const records = recordsOf(file);
  const columns = ['Content', 'EventTemplate'];
  const missing = columns.filter((column) => records[0]?.[column] === undefined);
  if (missing.length > 0)
    throw refusal(file, records.length === 0 ? 'there are no rows in it' : `there is no column ${missing.join(' and ')}`);
  const [lines = [], templates = []] = columns.map((column) => records.map((record) => record[column] ?? ''));
  return { name, lines, templates };
}

function recordsOf(file: string): ReturnType<typeof csvRecords> {
  try {
    const bytes = readFileSync(file);
    return csvRecords((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw refusal(file, error instanceof Error ? error.message : String(error), error);
  }
}

function refusal(where: string, what: string, cause?: unknown): CoreError {
  return new CoreError('bad-usage', `--data: ${where}: ${what}`, { cause });
}
