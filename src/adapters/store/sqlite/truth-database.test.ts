import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { entry } from '../../../../test/contracts/store-records.ts';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import { openSqliteStore, storeOn } from './sqlite-store.ts';
import { openTruth } from './truth-database.ts';

const clock = fakeClock();

/** A state directory whose store holds `rows` audit rows and was closed. */
async function usedDirectory(rows = 500): Promise<string> {
  const stateDir = temporaryDirectory();
  const store = openSqliteStore({ stateDir, clock });
  await store.commit({ audit: Array.from({ length: rows }, (_, n) => entry({ detail: { n, text: 'x'.repeat(200) } })) });
  await store.close();
  return stateDir;
}

describe('the database file', () => {
  it('is opened so that a commit is synced to the disk: WAL with synchronous=FULL', () => {
    const { sql } = openTruth(temporaryDirectory());
    expect(sql.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(sql.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(sql.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    expect(sql.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 3000 });
    sql.close();
  });
  it('and its directory are made, readable by their owner alone, and leave nothing else behind', async () => {
    const stateDir = join(temporaryDirectory(), 'deep', 'state');
    const store = openSqliteStore({ stateDir, clock });
    await store.commit({ audit: [entry()] });
    const modes = ['', 'truth.db', 'truth.db-wal', 'truth.db-shm'].map((name) => statSync(join(stateDir, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
    await store.close();
    expect(readdirSync(stateDir)).toEqual(['truth.db']);
  });
  it('and its directory are closed to others when they are found open', async () => {
    const stateDir = await usedDirectory(1);
    chmodSync(stateDir, 0o755);
    chmodSync(join(stateDir, 'truth.db'), 0o644);
    openTruth(stateDir).sql.close();
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'truth.db')).mode & 0o777).toBe(0o600);
  });
  it('is one and the same for processes that start at once', async () => {
    const stateDir = temporaryDirectory();
    const writer = join(import.meta.dirname, '../../../../test/faults/store-writer.ts');
    const starts = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [writer, stateDir, '25']));
    const seqs = (await Promise.all(starts)).flatMap(({ stdout }) => stdout.trim().split('\n'));
    expect(new Set(seqs).size).toBe(100);
    const store = openSqliteStore({ stateDir, clock });
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: 100 });
    await store.close();
  }, 30_000);
});

describe('a database that cannot be used', () => {
  const broken: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    ['garbage', (file) => writeFileSync(file, 'no database at all\n'.repeat(1000)), /not a database.*Nothing was overwritten.*backup/s],
    ['an empty file', (file) => truncateSync(file, 0), /empty: it was truncated/],
    ['a file cut in its first page', (file) => truncateSync(file, 1000), /damaged/],
    ['a file cut in the middle', (file) => truncateSync(file, 8192), /malformed/],
    ['a database of another program', otherProgram, /database of another program/],
  ];
  it.each(broken)('such as %s is refused as store-corrupt and left as it is', async (_, damage, message) => {
    const file = join(await usedDirectory(), 'truth.db');
    rmSync(`${file}-wal`, { force: true });
    damage(file);
    const before = readFileSync(file);
    expect(() => openTruth(join(file, '..'))).toThrow(
      expect.objectContaining({ code: 'store-corrupt', message: expect.stringMatching(message) }),
    );
    expect(() => openTruth(join(file, '..'))).toThrow(file);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
  it('because it is gone while its log is there is not made anew', async () => {
    const stateDir = temporaryDirectory();
    writeFileSync(join(stateDir, 'truth.db-wal'), 'log');
    expect(() => openTruth(stateDir)).toThrow(expect.objectContaining({ code: 'store-corrupt' }));
    expect(readdirSync(stateDir)).toEqual(['truth.db-wal']);
  });
  it('because its directory is a file is refused as store-failed, with what to do', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    for (const stateDir of [file, join(file, 'state')])
      expect(() => openTruth(stateDir)).toThrow(
        expect.objectContaining({ code: 'store-failed', message: expect.stringContaining(stateDir) }),
      );
  });
  it.skipIf(process.getuid?.() === 0)('because its directory is read-only is refused (root may write everywhere, so not as root)', () => {
    const stateDir = temporaryDirectory();
    chmodSync(stateDir, 0o500);
    expect(() => openTruth(stateDir)).toThrow(
      expect.objectContaining({ code: 'store-failed', message: expect.stringContaining('writable') }),
    );
  });
  it('because truth.db is a directory is refused', () => {
    const stateDir = temporaryDirectory();
    mkdirSync(join(stateDir, 'truth.db'));
    expect(() => openTruth(stateDir)).toThrow(expect.objectContaining({ code: 'store-failed' }));
  });
  it('in one page only is found when that page is read', async () => {
    const stateDir = await usedDirectory();
    const file = join(stateDir, 'truth.db');
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x5a, bytes.length - 40 * 4096));
    const store = openSqliteStore({ stateDir, clock });
    await expect(store.audit({})).rejects.toMatchObject({ code: 'store-corrupt' });
    await store.close();
  });
});

describe('a failing medium', () => {
  it('that is full refuses the commit as store-failed, changes nothing, and works again when there is room', async () => {
    const stateDir = temporaryDirectory();
    const database = openTruth(stateDir);
    const store = storeOn(database, clock);
    await store.commit({ audit: [entry()] });
    database.sql.exec('PRAGMA max_page_count = 40');
    const big = { audit: [entry({ detail: { text: 'x'.repeat(1_000_000) } })] };
    const full = { code: 'store-failed', retryable: false, message: expect.stringMatching(/full.*truth\.db.*Free space/s) };
    const group = await Promise.allSettled([store.commit({ audit: [entry()] }), store.commit(big), store.commit({ audit: [entry()] })]);
    for (const result of group) expect(result).toMatchObject({ status: 'rejected', reason: full });
    expect(await store.audit({})).toHaveLength(1);
    await store.commit({ audit: [entry()] });
    database.sql.exec('PRAGMA max_page_count = 100000');
    await store.commit(big);
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: 3 });
    await store.close();
  });
  it('whose write lock another process never gives back refuses the commit, and pruning, as store-failed', async () => {
    const stateDir = temporaryDirectory();
    const database = openTruth(stateDir);
    const store = storeOn(database, clock);
    await store.commit({ audit: [entry()] });
    database.sql.exec('PRAGMA busy_timeout = 20');
    const other = new DatabaseSync(database.file);
    other.exec('BEGIN IMMEDIATE');
    const locked = { code: 'store-failed', message: expect.stringMatching(/locked.*Another process/s) };
    await expect(store.commit({ audit: [entry()] })).rejects.toMatchObject(locked);
    await expect(store.prune(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject(locked);
    expect(await store.audit({})).toHaveLength(1);
    other.exec('ROLLBACK');
    other.close();
    await store.commit({ audit: [entry()] });
    await store.close();
  });
  it('under the log loses nothing that was acknowledged: a copy of the files without a clean end holds it', async () => {
    const stateDir = temporaryDirectory();
    const store = openSqliteStore({ stateDir, clock });
    await store.commit({ audit: [entry(), entry()] });
    const copy = temporaryDirectory();
    for (const name of ['truth.db', 'truth.db-wal']) copyFileSync(join(stateDir, name), join(copy, name));
    await store.close();
    expect(existsSync(join(stateDir, 'truth.db-wal'))).toBe(false);
    const recovered = openSqliteStore({ stateDir: copy, clock });
    expect(await recovered.verifyAudit()).toMatchObject({ intact: true, rows: 2 });
    await recovered.close();
  });
});

function otherProgram(file: string): void {
  rmSync(file);
  const sql = new DatabaseSync(file);
  sql.exec('CREATE TABLE bookmarks (url TEXT)');
  sql.close();
}
