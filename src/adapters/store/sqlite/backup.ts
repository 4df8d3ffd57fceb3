import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup } from 'node:sqlite';
import { storeError } from './store-error.ts';
import { openReader, syncDirectory } from './truth-database.ts';

/** More pages than a database of any size that occurs here has: the copy is made in one step and so of one moment. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies the database as it stands at one moment into a new file, readable by its owner alone, without holding up the event loop
 * or a writer. The file appears whole or not at all. Throws `store-failed` when it is there already.
 */
export async function backUp(source: string, target: string): Promise<void> {
  const file = resolve(target);
  const partial = `${file}.partial`;
  const made: string[] = [];
  try {
    for (const path of [file, partial]) {
      closeSync(openSync(path, 'wx', 0o600));
      made.push(path);
    }
    await copy(source, partial);
    renameSync(partial, file);
    syncDirectory(dirname(file));
  } catch (error) {
    for (const path of made) rmSync(path, { force: true });
    throw storeError(error, { doing: 'writing the backup', file: existsSync(partial) && made.length === 1 ? partial : file });
  }
}

async function copy(source: string, target: string): Promise<void> {
  const reader = openReader(source);
  try {
    await backup(reader, target, { rate: ALL_PAGES });
  } finally {
    reader.close();
  }
  const handle = openSync(target, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
