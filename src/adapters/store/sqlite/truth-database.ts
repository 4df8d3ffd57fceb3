import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { CoreError } from '../../../core/errors.ts';
import { migrate } from './migrations.ts';
import { corrupt, guarded } from './store-error.ts';

/** The open database with the path of its file. */
export interface TruthDatabase {
  readonly file: string;
  readonly sql: DatabaseSync;
}

/** `kmnd` in the header of the file (https://www.sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x6b6d6e64;
/** How long a statement waits for another process; the event loop stands still meanwhile, so it is far below any lease. */
const BUSY_TIMEOUT_MS = 3000;
/** The write-ahead log shrinks back to this after a burst. */
const LOG_LIMIT_BYTES = 16 * 2 ** 20;

/**
 * Opens `truth.db` under the state directory, or makes both, readable by their owner alone. Throws `store-failed`, `store-corrupt`
 * or `store-newer`; a file that it does not understand is left as it is.
 */
export function openTruth(stateDir: string): TruthDatabase {
  const file = join(resolve(stateDir), 'truth.db');
  return guarded({ doing: 'opening the store', file }, () => {
    makePrivateDirectory(dirname(file));
    // The log first: whoever makes the database puts it in place before there is a log.
    const hasLog = existsSync(`${file}-wal`);
    if (!existsSync(file)) {
      if (hasLog) throw corrupt(file, 'the database is gone while its write-ahead log is still there');
      create(file);
    }
    closeToOthers(file, 0o600);
    accessSync(file, constants.R_OK | constants.W_OK);
    return { file, sql: connect(file) };
  });
}

/** A second connection that only reads: it sees one moment of the truth while the first goes on writing. The caller closes it. */
export function openReader(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
}

/** Makes the names in a directory durable. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Durability: with journal_mode=WAL and synchronous=FULL, SQLite syncs the log file after each commit, "thus ensuring that
 * transactions are durable across a power loss" (https://www.sqlite.org/pragma.html#pragma_synchronous), and before a checkpoint
 * lets the log be used anew it syncs the log and then the database (https://www.sqlite.org/wal.html#ckpt). A new log's name is
 * made durable too: os_unix.c opens a log that it creates with UNIXFILE_DIRSYNC, so its first sync also syncs the directory.
 */
function connect(file: string): DatabaseSync {
  const sql = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true, defensive: true });
  try {
    if (pragma(sql, 'application_id') !== APPLICATION_ID) throw corrupt(file, whatElse(file));
    if (pragma(sql, 'journal_mode = WAL') !== 'wal') throw noSharedMemory(file);
    sql.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES}`);
    migrate(sql, file);
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

/**
 * Makes the database under another name and links it into place when it is whole: a crash in between leaves no half database, two
 * processes that start at once use the same one, and so an empty `truth.db` can only be a broken one.
 */
function create(file: string): void {
  const draft = `${file}.new-${randomUUID()}`;
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const sql = new DatabaseSync(draft);
    try {
      sql.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      migrate(sql, file);
    } finally {
      sql.close();
    }
    link(draft, file);
  } finally {
    rmSync(draft, { force: true });
    rmSync(`${draft}-journal`, { force: true });
  }
  syncDirectory(dirname(file));
}

/** Another process may have been faster; then its database is used. */
function link(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

function makePrivateDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (made === undefined) {
    closeToOthers(directory, 0o700);
    return;
  }
  for (let inner = directory; ; inner = dirname(inner)) {
    syncDirectory(dirname(inner));
    if (inner === made) return;
  }
}

/**
 * Takes all rights from group and others. A volume that is mounted into a pod belongs to root and is open to all, or to the pod's
 * group, and refuses the change: a directory may then stay open, for nobody else can read the files in it; a file may stay open
 * to the group (fsGroup) only.
 */
function closeToOthers(path: string, mode: number): void {
  const found = statSync(path);
  if ((found.mode & 0o077) === 0) return;
  try {
    chmodSync(path, mode);
  } catch (error) {
    if (!found.isDirectory() && (found.mode & 0o007) !== 0) throw error;
  }
}

function pragma(sql: DatabaseSync, text: string): unknown {
  return Object.values(z.record(z.string(), z.unknown()).parse(sql.prepare(`PRAGMA ${text}`).get()))[0];
}

function whatElse(file: string): string {
  return statSync(file).size === 0 ? 'the file is empty: it was truncated' : 'the file is a database of another program';
}

function noSharedMemory(file: string): CoreError {
  return new CoreError(
    'store-failed',
    `opening the store failed: its file system cannot share memory between processes. File: ${file}. Nothing was changed. ` +
      'Put the state directory on a local file system instead of a network one.',
  );
}
