import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts';
import { openHistoryDatabase } from '../../adapters/store/history/history-database.ts';
import { backUpHistory } from './back-up-history.ts';

it('copies the history while it is open, and nothing where there is none', async () => {
  const stateDir = temporaryDirectory();
  const target = join(temporaryDirectory(), 'copy');
  expect(await backUpHistory(stateDir, target)).toBeUndefined();
  const { database } = openHistoryDatabase(stateDir);
  expect(await backUpHistory(stateDir, target)).toBe(`${target}.history.db`);
  database?.sql.close();
  const copy = new DatabaseSync(`${target}.history.db`, { readOnly: true });
  expect(copy.prepare('SELECT version FROM schema_version').get()).toEqual({ version: 1 });
  copy.close();
});

it('takes nothing for a copy that could not be made', async () => {
  const stateDir = temporaryDirectory();
  writeFileSync(join(stateDir, 'history.db'), 'no database');
  const target = join(temporaryDirectory(), 'copy');
  await expect(backUpHistory(stateDir, target)).rejects.toMatchObject({ code: 'store-corrupt' });
  expect(existsSync(`${target}.history.db`)).toBe(false);
});
