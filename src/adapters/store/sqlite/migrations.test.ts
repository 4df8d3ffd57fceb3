import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { entry, incident } from '../../../../test/contracts/store-records.ts';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import { type Migration, migrate, migrations } from './migrations.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { openTruth } from './truth-database.ts';

const clock = fakeClock();
const newest = migrations.at(-1)?.version ?? 0;
const oldestReader = migrations.at(-1)?.minReaderVersion ?? 0;
const expand: Migration = {
  version: newest + 1,
  minReaderVersion: newest,
  sql: 'ALTER TABLE incidents ADD COLUMN severity TEXT; CREATE TABLE outcomes (id TEXT) STRICT',
};
const contract: Migration = { version: newest + 2, minReaderVersion: newest + 2, sql: 'CREATE TABLE later (id TEXT) STRICT' };

function versions(sql: DatabaseSync): unknown {
  return sql.prepare('SELECT version, min_reader_version FROM schema_version').get();
}

describe('the schema', () => {
  it('is versioned step by step, each step only adding', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
    for (const { sql, version, minReaderVersion } of migrations) {
      expect(sql).not.toMatch(/\b(DROP|RENAME)\b/i);
      expect(minReaderVersion).toBeLessThanOrEqual(version);
    }
  });
  it('of a newer but merely expanded database is used by this version, which leaves it newer', async () => {
    const stateDir = temporaryDirectory();
    const first = openSqliteStore({ stateDir, clock });
    await first.commit({ incident: incident('cart'), audit: [entry()] });
    await first.close();
    const { sql, file } = openTruth(stateDir);
    migrate(sql, file, [...migrations, expand]);
    sql.exec("UPDATE incidents SET severity = 'high'");
    const store = openSqliteStore({ stateDir, clock });
    await store.commit({ incident: incident('cart', { version: 1, phase: 'diagnosed' }), audit: [entry()] });
    expect(await store.incident('cart')).toMatchObject({ version: 2, phase: 'diagnosed' });
    expect(versions(sql)).toEqual({ version: newest + 1, min_reader_version: newest });
    expect(sql.prepare('SELECT severity FROM incidents').get()).toEqual({ severity: 'high' });
    await store.close();
    sql.close();
  });
  it('that needs a newer version is refused as store-newer, and nothing is changed', () => {
    const stateDir = temporaryDirectory();
    const { sql, file } = openTruth(stateDir);
    migrate(sql, file, [...migrations, expand, contract]);
    expect(() => openSqliteStore({ stateDir, clock })).toThrow(
      expect.objectContaining({
        code: 'store-newer',
        message: expect.stringMatching(
          new RegExp(`needs schema ${newest + 2} or later.*knows ${newest}.*truth\\.db.*newer version again`, 's'),
        ),
      }),
    );
    expect(versions(sql)).toEqual({ version: newest + 2, min_reader_version: newest + 2 });
    sql.close();
  });
  it('is left as it was when a step fails', () => {
    const stateDir = temporaryDirectory();
    const { sql, file } = openTruth(stateDir);
    const half: Migration = { ...expand, sql: `${expand.sql}; CREATE TABLE incidents (id TEXT)` };
    expect(() => migrate(sql, file, [...migrations, half])).toThrow('already exists');
    expect(versions(sql)).toEqual({ version: newest, min_reader_version: oldestReader });
    expect(sql.prepare("SELECT name FROM sqlite_schema WHERE name = 'outcomes'").get()).toBeUndefined();
    sql.close();
  });
  it('is not touched by opening it again', () => {
    const stateDir = temporaryDirectory();
    openTruth(stateDir).sql.close();
    const sql = new DatabaseSync(join(stateDir, 'truth.db'));
    const before = sql.prepare('SELECT * FROM sqlite_schema').all();
    openTruth(stateDir).sql.close();
    expect(sql.prepare('SELECT * FROM sqlite_schema').all()).toEqual(before);
    sql.close();
  });
});
