import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backUp } from '../../adapters/store/sqlite/backup.ts';

/** Copies the history of a state directory to `TARGET.history.db`, and says where; undefined when there is none. Throws `store-failed`. */
export async function backUpHistory(stateDir: string, target: string): Promise<string | undefined> {
  const source = join(resolve(stateDir), 'history.db');
  if (!existsSync(source)) return undefined;
  const file = `${target}.history.db`;
  await backUp(source, file);
  return file;
}
