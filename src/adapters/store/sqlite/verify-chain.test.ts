import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../../../src/core/digest.ts';
import { entry, T0 } from '../../../../test/contracts/store-records.ts';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import type { Store } from '../../../core/ports.ts';
import { openSqliteStore, storeOn } from './sqlite-store.ts';
import { openTruth } from './truth-database.ts';

const ROWS = 1200;
const SEALED = 10;

/** A chain of 1,200 rows of which the first ten are sealed, and a way around the store. */
async function chain(): Promise<{ store: Store; sql: DatabaseSync }> {
  const database = openTruth(temporaryDirectory());
  const store = storeOn(database, fakeClock());
  onTestFinished(() => store.close());
  await store.commit({ audit: Array.from({ length: ROWS }, (_, n) => entry({ at: T0 + n, incidentId: `i${n}`, detail: { n } })) });
  await store.prune(T0 + SEALED);
  return { store, sql: database.sql };
}

function rowAt(sql: DatabaseSync, seq: number) {
  const row = sql.prepare('SELECT previous, hash, entry FROM audit WHERE seq = ?').get(seq);
  return { previous: String(row?.previous), hash: String(row?.hash), entry: String(row?.entry) };
}

const setEntry = 'UPDATE audit SET entry = ? WHERE seq = ?';
const insertRow = 'INSERT INTO audit (seq, previous, hash, entry) VALUES (?, ?, ?, ?)';

/** Each way to tamper, and the row at which it must be seen. */
const tampering: readonly (readonly [string, number, (sql: DatabaseSync) => void])[] = [
  ['a flipped character of an entry', 700, (sql) => sql.prepare(setEntry).run(rowAt(sql, 700).entry.replace('kubemend', 'kubemenc'), 700)],
  ['a flipped character of the first row', 11, (sql) => sql.prepare(setEntry).run(rowAt(sql, 11).entry.replace('opened', 'denied'), 11)],
  ['a flipped character of the last row', ROWS, (sql) => sql.prepare(setEntry).run(rowAt(sql, ROWS).entry.replace('1199', '1198'), ROWS)],
  ['a space that changes no meaning', 700, (sql) => sql.prepare(setEntry).run(`${rowAt(sql, 700).entry} `, 700)],
  ['an entry that is no JSON any more', 700, (sql) => breakEntry(sql, 700)],
  ['an added field', 700, (sql) => sql.prepare(setEntry).run(rowAt(sql, 700).entry.replace('{', '{"by":"x",'), 700)],
  ['a flipped hash', 700, (sql) => sql.exec(`UPDATE audit SET hash = '${'a'.repeat(64)}' WHERE seq = 700`)],
  ['a flipped link', 700, (sql) => sql.exec(`UPDATE audit SET previous = '${'a'.repeat(64)}' WHERE seq = 700`)],
  ['an entry changed together with its hash', 701, (sql) => rehash(sql, 700)],
  ['the last entry changed together with its hash', ROWS, (sql) => rehash(sql, ROWS)],
  ['a deleted row', 700, (sql) => sql.exec('DELETE FROM audit WHERE seq = 700')],
  ['the deleted first row', 11, (sql) => sql.exec('DELETE FROM audit WHERE seq = 11')],
  ['a deleted row with all later ones moved up', 700, (sql) => moveUp(sql, 700)],
  ['two swapped rows', 700, (sql) => swap(sql, 700, 701)],
  ['two swapped entries', 700, (sql) => swapEntries(sql, 700, 900)],
  ['an inserted row in place of another', 701, (sql) => forge(sql, 700)],
  ['a row inserted into the sealed part', 5, (sql) => sql.prepare(insertRow).run(5, '0', '0', rowAt(sql, 11).entry)],
  ['a row inserted before the first', 0, (sql) => sql.prepare(insertRow).run(-(2n ** 62n), '0', '0', rowAt(sql, 11).entry)],
  ['a row that fits, added at the end', ROWS + 1, (sql) => append(sql, ROWS)],
  ['a row added far behind the end', ROWS + 1, (sql) => sql.prepare(insertRow).run(2n ** 62n, '0', '0', rowAt(sql, 11).entry)],
  ['a cut-off tail', 1150, (sql) => sql.exec('DELETE FROM audit WHERE seq >= 1150')],
  ['a cut-off last row', ROWS, (sql) => sql.exec(`DELETE FROM audit WHERE seq = ${ROWS}`)],
  [
    'a cut-off tail with the head moved to it',
    1150,
    (sql) => sql.exec('DELETE FROM audit WHERE seq > 1150; UPDATE audit_head SET seq = 1150'),
  ],
  ['all rows gone', 11, (sql) => sql.exec('DELETE FROM audit')],
  ['a changed head', ROWS, (sql) => sql.exec(`UPDATE audit_head SET hash = '${'a'.repeat(64)}'`)],
  ['no head', 0, (sql) => sql.exec('DELETE FROM audit_head')],
  ['no seal', 0, (sql) => sql.exec('DELETE FROM audit_seal')],
  ['a changed seal', 11, (sql) => sql.exec(`UPDATE audit_seal SET hash = '${'a'.repeat(64)}'`)],
  ['a changed count in the seal', 0, (sql) => sql.exec('UPDATE audit_seal SET rows = 9')],
  [
    'more rows deleted under a moved seal',
    21,
    (sql) => sql.exec('DELETE FROM audit WHERE seq <= 20; UPDATE audit_seal SET upto_seq = 20, rows = 20'),
  ],
];

describe('the check of the audit chain', () => {
  it('passes an untouched chain', async () => {
    const { store } = await chain();
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: ROWS - SEALED, sealedRows: SEALED });
  });
  it.each(tampering)('finds %s', async (_, brokenAt, tamper) => {
    const { store, sql } = await chain();
    tamper(sql);
    expect(await store.verifyAudit()).toMatchObject({ intact: false, brokenAt, why: expect.stringMatching(/\w+ \w+/) });
  });
  it('finds any single flipped byte of any entry, hash or link of a short chain', async () => {
    const database = openTruth(temporaryDirectory());
    const store = storeOn(database, fakeClock());
    await store.commit({ audit: [entry({ detail: { n: 1 } }), entry({ actor: 'user:ann', what: 'approval' }), entry()] });
    const columns = ['entry', 'hash', 'previous'] as const;
    const flips = columns.flatMap((column) => [1, 2, 3].flatMap((seq) => flipsOf(database.sql, column, seq)));
    expect(flips.length).toBeGreaterThan(500);
    for (const { name, from, to } of flips) {
      patchFile(database.sql, from, to);
      expect(await store.verifyAudit(), name).toMatchObject({ intact: false });
      patchFile(database.sql, to, from);
    }
    expect(await store.verifyAudit()).toMatchObject({ intact: true });
    await store.close();
  }, 60_000);
  it('sees one moment while others write, and lets them', async () => {
    const { store } = await chain();
    const check = store.verifyAudit();
    await store.commit({ audit: [entry({ at: T0 + ROWS })] });
    expect(await check).toMatchObject({ intact: true, rows: ROWS - SEALED });
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: ROWS - SEALED + 1 });
  });
});

describe('a tampered chain', () => {
  it('is not pruned, so that a seal cannot hide the damage', async () => {
    const { store, sql } = await chain();
    sql.exec("UPDATE audit SET hash = 'x' WHERE seq = 700");
    await expect(store.prune(T0 + 800)).rejects.toMatchObject({ code: 'store-corrupt', message: expect.stringContaining('row 700') });
    expect(await store.audit({})).toHaveLength(ROWS - SEALED);
  });
  it.each([
    ['its head is gone', 'DELETE FROM audit_head', /head of the audit chain is missing/],
    ['a row stands behind its head', `UPDATE audit_head SET seq = ${ROWS - 1}`, /yet there is a row/],
  ])('takes no further row when %s', async (_, tamper, message) => {
    const { store, sql } = await chain();
    sql.exec(tamper);
    await expect(store.commit({ audit: [entry()] })).rejects.toMatchObject({
      code: 'store-corrupt',
      message: expect.stringMatching(message),
    });
  });
  it('whose row cannot be read says which', async () => {
    const { sql } = await chain();
    breakEntry(sql, 700);
    const store = openSqliteStore({ stateDir: dirname(sql.location() ?? ''), clock: fakeClock() });
    onTestFinished(() => store.close());
    await expect(store.audit({})).rejects.toMatchObject({
      code: 'store-corrupt',
      message: expect.stringContaining('row 700 of table audit'),
    });
  });
});

/** Changes bytes in the file itself, for SQLite refuses to store an entry that is no JSON. */
function patchFile(sql: DatabaseSync, from: string, to: string): void {
  sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const file = sql.location() ?? '';
  const bytes = readFileSync(file);
  const places: number[] = [];
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) places.push(at);
  expect(places).not.toEqual([]);
  for (const at of places) bytes.write(to, at);
  writeFileSync(file, bytes);
}

function breakEntry(sql: DatabaseSync, seq: number): void {
  const { entry: text } = rowAt(sql, seq);
  patchFile(sql, text, text.replace('{', '['));
}

function rehash(sql: DatabaseSync, seq: number): void {
  const { previous, entry: text } = rowAt(sql, seq);
  const changed = text.replace('kubemend', 'user:eve');
  const hash = digestOf({ seq, previous, entry: JSON.parse(changed) });
  sql.prepare('UPDATE audit SET entry = ?, hash = ? WHERE seq = ?').run(changed, hash, seq);
}

function forge(sql: DatabaseSync, seq: number): void {
  const forged = { at: T0, actor: 'user:eve', what: 'approval', detail: {} };
  const { previous } = rowAt(sql, seq);
  const text = '{"actor":"user:eve","at":1700000000000,"detail":{},"what":"approval"}';
  sql.prepare('UPDATE audit SET entry = ?, hash = ? WHERE seq = ?').run(text, digestOf({ seq, previous, entry: forged }), seq);
}

function append(sql: DatabaseSync, last: number): void {
  const { hash: previous, entry: text } = rowAt(sql, last);
  sql.prepare(insertRow).run(last + 1, previous, digestOf({ seq: last + 1, previous, entry: JSON.parse(text) }), text);
}

function moveUp(sql: DatabaseSync, seq: number): void {
  sql.exec(`DELETE FROM audit WHERE seq = ${seq}`);
  for (let next = seq + 1; next <= ROWS; next++) sql.prepare('UPDATE audit SET seq = ? WHERE seq = ?').run(next - 1, next);
}

function swap(sql: DatabaseSync, a: number, b: number): void {
  sql.exec(
    `UPDATE audit SET seq = -1 WHERE seq = ${a}; UPDATE audit SET seq = ${a} WHERE seq = ${b}; UPDATE audit SET seq = ${b} WHERE seq = -1`,
  );
}

function swapEntries(sql: DatabaseSync, a: number, b: number): void {
  const [first, second] = [rowAt(sql, a).entry, rowAt(sql, b).entry];
  sql.prepare(setEntry).run(second, a);
  sql.prepare(setEntry).run(first, b);
}

/** One flip per byte, of its lowest bit, in the file. */
function flipsOf(sql: DatabaseSync, column: 'entry' | 'hash' | 'previous', seq: number) {
  const text = rowAt(sql, seq)[column];
  return Array.from(text, (character, at) => {
    const flipped = `${text.slice(0, at)}${String.fromCharCode(character.charCodeAt(0) ^ 1)}${text.slice(at + 1)}`;
    return { name: `${column} of row ${seq}, byte ${at}`, from: text, to: flipped };
  });
}
