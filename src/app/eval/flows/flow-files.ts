import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CoreError } from '../../../core/errors.ts';

/** How the rows of a file are laid out: as CICFlowMeter writes them, as KDD Cup 1999 has them, or as NSL-KDD has them. */
export type FlowLayout = 'cicflowmeter' | 'kdd99' | 'nsl-kdd';

/** One file of flows. */
export interface FlowFile {
  readonly name: string;
  readonly layout: FlowLayout;
  /** The names of its columns; those of the KDD layouts by number, from 0. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** 41 figures and a label; NSL-KDD adds a difficulty. */
const KDD_COLUMNS = 42;

/** The files of a folder that hold flows in a known layout, by name; what a file is shows in its first line. Throws `bad-usage` without any. */
export function flowFiles(dataDir: string): readonly FlowFile[] {
  const names = readdirSync(dataDir, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const files = names.toSorted().flatMap((name) => flowFile(dataDir, name) ?? []);
  if (files.length > 0) return files;
  throw new CoreError(
    'bad-usage',
    `--data: ${dataDir}: there is no file with flows in it; give a folder with CSV files of CICFlowMeter, of KDD Cup 1999 or of NSL-KDD`,
  );
}

function flowFile(dataDir: string, name: string): FlowFile | undefined {
  const lines = textOf(join(dataDir, name))
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const first = cellsOf(lines[0] ?? '');
  const layout = layoutOf(first);
  if (layout === undefined) return undefined;
  const hasHead = layout === 'cicflowmeter';
  const columns = hasHead ? first : first.map((_, n) => String(n));
  const rows = (hasHead ? lines.slice(1) : lines).map(cellsOf);
  const broken = rows.findIndex((row) => row.length !== columns.length);
  if (broken < 0) return { name, layout, columns, rows };
  const found = rows[broken]?.length;
  throw new CoreError('bad-usage', `--data: ${join(dataDir, name)}: row ${broken + 1} has ${found} fields instead of ${columns.length}`);
}

function layoutOf(first: readonly string[]): FlowLayout | undefined {
  if (first.includes('Flow Duration') && first.includes('Label')) return 'cicflowmeter';
  const isKdd = /^\d+$/.test(first[0] ?? '') && /^(tcp|udp|icmp)$/.test(first[1] ?? '');
  if (isKdd && first.length === KDD_COLUMNS) return 'kdd99';
  return isKdd && first.length === KDD_COLUMNS + 1 ? 'nsl-kdd' : undefined;
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new CoreError('bad-usage', `--data: ${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** None of these layouts has quotes. */
function cellsOf(line: string): readonly string[] {
  return line.split(',').map((cell) => cell.trim());
}
