import { CoreError } from '../../../core/errors.ts';

/** What was being done to which file when it failed; both go into the message. */
export interface Doing {
  readonly doing: string;
  readonly file: string;
}

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
/** Extended ones: foreign key, primary key, unique index. */
const REFUSED_ROW: readonly unknown[] = [787, 1555, 2067];
/** What `node:sqlite` says of an integer that no code of ours has written. */
const OUT_OF_RANGE = 'ERR_OUT_OF_RANGE';

const restoreHint =
  'Nothing was overwritten. Stop kubemend, move the file away together with its -wal and -shm files, then put the last backup in its place';
const fullHint = 'Free space on its volume or enlarge it; no restart is needed afterwards';
const accessHint = 'Mount its volume writable and give the user that runs kubemend the folder and everything in it';

const hints: Readonly<Record<number, string>> = {
  5: 'Another process has held its write lock for too long; find it with `fuser` and let it finish or stop it',
  8: accessHint,
  10: 'Look for disk errors in the kernel log, and move the state directory to a healthy disk',
  13: fullHint,
  14: accessHint,
};

const systemHints: Readonly<Record<string, string>> = {
  EACCES: accessHint,
  EPERM: accessHint,
  EROFS: accessHint,
  ENOSPC: fullHint,
  EDQUOT: fullHint,
  ENOTDIR: 'A part of this path is a file; name another state directory',
  EEXIST: 'It is there already; name another file',
};

/** Says a failure of SQLite or of the file system as `store-corrupt` or `store-failed`: what, where, and how to mend it. */
export function storeError(error: unknown, { doing, file }: Doing): CoreError {
  if (error instanceof CoreError) return error;
  const code = sqliteCode(error);
  const what = error instanceof Error ? error.message : String(error);
  if (code === CORRUPT || code === NOT_A_DATABASE || systemCode(error) === OUT_OF_RANGE) return corrupt(file, `${what} (${doing})`, error);
  const hint = (code === undefined ? systemHints[systemCode(error) ?? ''] : hints[code]) ?? 'Please report this as a bug';
  return new CoreError('store-failed', `${doing} failed: ${what}. File: ${file}. Nothing was changed. ${hint}.`, { cause: error });
}

/** A database that contradicts itself, as `store-corrupt`. */
export function corrupt(file: string, why: string, cause?: unknown): CoreError {
  return new CoreError('store-corrupt', `the store is damaged: ${why}. File: ${file}. ${restoreHint}.`, { cause });
}

/** Whether SQLite refused a row because of a unique index or a foreign key. */
export function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && REFUSED_ROW.includes(error.errcode);
}

/** Runs `work` and turns whatever it throws into a store error. */
export function guarded<Answer>(doing: Doing, work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    throw storeError(error, doing);
  }
}

function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
