import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { refusal } from './refusal.ts';

/** The text of a file, unpacked when its name ends in `.gz`. Throws `bad-usage` when it cannot be read. */
export function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw refusal(file, error instanceof Error ? error.message : String(error), error);
  }
}

/** The value of a JSON file. Throws `bad-usage` when it cannot be read. */
export function jsonOf(file: string): unknown {
  try {
    return JSON.parse(textOf(file));
  } catch (error) {
    throw error instanceof SyntaxError ? refusal(file, error.message, error) : error;
  }
}

/** The names in a folder, sorted; none when there is no such folder. */
export function namesIn(...path: readonly string[]): readonly string[] {
  const folder = join(...path);
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

/** The file of that name, or the same with `.gz`; undefined when there is neither. */
export function packedOrPlain(file: string): string | undefined {
  return [file, `${file}.gz`].find((path) => existsSync(path));
}

/** The same, for a file that must be there. Throws `bad-usage` when it is not. */
export function neededFile(file: string): string {
  const found = packedOrPlain(file);
  if (found === undefined) throw refusal(file, 'there is no such file, nor one with .gz');
  return found;
}

/** A file's name without `.csv` or `.csv.gz`. */
export function stemOf(file: string): string {
  return basename(file).replace(/\.csv(?:\.gz)?$/, '');
}

/** The folders and sub-folders of a folder that hold a matching file, itself included, with the names of these files. */
export function foldersWith(dataDir: string, matching: RegExp): readonly { readonly folder: string; readonly names: readonly string[] }[] {
  const folders = readdirSync(dataDir, { withFileTypes: true, recursive: true }).filter((entry) => entry.isDirectory());
  return [dataDir, ...folders.map((entry) => join(entry.parentPath, entry.name)).toSorted()].flatMap((folder) => {
    const names = namesIn(folder).filter((name) => matching.test(name));
    return names.length > 0 ? [{ folder, names }] : [];
  });
}
