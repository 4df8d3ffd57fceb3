import { closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CoreError } from '../../../core/errors.ts';
import { type Migration, migrate } from '../sqlite/migrations.ts';
import { corrupt, guarded } from '../sqlite/store-error.ts';

/** The open database with the path of its file. */
export interface HistoryDatabase {
  readonly file: string;
  readonly sql: DatabaseSync;
}

/** What could be opened; `problem` says why it is not the usual file, or nothing at all. */
export interface OpenedHistory {
  readonly database?: HistoryDatabase;
  readonly problem?: string;
}

/** `kmhd` in the header of the file. */
const APPLICATION_ID = 0x6b6d6864;
/** The event loop stands still meanwhile, and history can wait for the next minute. */
const BUSY_TIMEOUT_MS = 250;
const LOG_LIMIT_BYTES = 16 * 2 ** 20;
/** The usual file, and the one that is used while that cannot be read. */
const names = ['history.db', 'history-beside.db'];

const first = `
CREATE TABLE schema_version (
  one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, min_reader_version INTEGER NOT NULL
) STRICT;
INSERT INTO schema_version VALUES (1, 0, 0);
CREATE TABLE series (id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, subject TEXT NOT NULL, last_at REAL NOT NULL) STRICT;
CREATE TABLE crowds (id INTEGER PRIMARY KEY, ids BLOB NOT NULL, last_at REAL NOT NULL) STRICT;
CREATE TABLE minutes (
  metric TEXT NOT NULL, at REAL NOT NULL, crowd INTEGER NOT NULL, mean BLOB NOT NULL, low BLOB NOT NULL, high BLOB NOT NULL,
  PRIMARY KEY (at, metric)
) STRICT, WITHOUT ROWID;
CREATE TABLE steps (
  metric TEXT NOT NULL, at REAL NOT NULL, step_ms REAL NOT NULL, crowd INTEGER NOT NULL, samples BLOB NOT NULL, PRIMARY KEY (at, metric)
) STRICT, WITHOUT ROWID;
`;
const migrations: readonly Migration[] = [{ version: 1, minReaderVersion: 1, sql: first }];

/**
 * Opens `history.db` under the state directory, or makes it, readable by its owner alone. A file that is damaged, foreign or of a newer
 * version is left as it is, with the reason in `problem`, and another is used beside it; never throws.
 */
export function openHistoryDatabase(stateDir: string): OpenedHistory {
  const problems: string[] = [];
  for (const name of names) {
    const file = join(resolve(stateDir), name);
    try {
      const database = open(file);
      return problems.length === 0
        ? { database }
        : { database, problem: `${problems.join('; ')} Until then the history is kept in ${file}.` };
    } catch (error) {
      problems.push(error instanceof CoreError ? error.message : String(error));
    }
  }
  return { problem: `${problems.join('; ')} Until then no history is kept, and a restart begins with empty windows.` };
}

function open(file: string): HistoryDatabase {
  return guarded({ doing: 'opening the history', file }, () => {
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const sql = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, defensive: true });
    try {
      const id = pragma(sql, 'application_id');
      const isEmpty = sql.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
      if (id !== APPLICATION_ID && !isEmpty) throw corrupt(file, 'the file is a database of another program');
      if (isEmpty) sql.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      pragma(sql, 'journal_mode = WAL');
      sql.exec(`PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES}`);
      migrate(sql, file, migrations);
      return { file, sql };
    } catch (error) {
      sql.close();
      throw error;
    }
  });
}

function pragma(sql: DatabaseSync, text: string): unknown {
  return Object.values(z.record(z.string(), z.unknown()).parse(sql.prepare(`PRAGMA ${text}`).get()))[0];
}
