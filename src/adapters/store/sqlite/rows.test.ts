import { describe, expect, it, onTestFinished } from 'vitest';
import { alert } from '../../../../test/contracts/store-alerts.ts';
import { approval, deployment, incident, intent, pause } from '../../../../test/contracts/store-records.ts';
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts';
import { fakeClock } from '../../../../test/fakes/clock.ts';
import type { Store } from '../../../core/ports.ts';
import { storeOn } from './sqlite-store.ts';
import { openTruth } from './truth-database.ts';

const read = {
  incidents: (store: Store) => store.incident('cart'),
  intents: (store: Store) => store.intent('act'),
  approvals: (store: Store) => store.approval('plan'),
  pauses: (store: Store) => store.pauses(),
  alerts: (store: Store) => store.alerts(0),
};

async function filled() {
  const database = openTruth(temporaryDirectory());
  const store = storeOn(database, fakeClock());
  onTestFinished(() => store.close());
  await store.commit({
    incident: incident('cart'),
    intent: intent('act', 'cart'),
    approval: approval('plan', 'cart'),
    pause: pause('cluster'),
    alerts: [alert('a')],
    audit: [],
  });
  return { store, sql: database.sql };
}

describe('a row that is not as it was written', () => {
  it.each([
    ['incidents', 'cart'],
    ['intents', 'act'],
    ['approvals', '1'],
    ['pauses', 'cluster'],
    ['alerts', alert('a').id],
  ] as const)('of %s is store-corrupt, naming table, key and file', async (table, key) => {
    for (const body of ["'{'", `'{"id":"cart"}'`, `'null'`]) {
      const { store, sql } = await filled();
      sql.exec(`UPDATE ${table} SET body = ${body}`);
      await expect(read[table](store)).rejects.toMatchObject({
        code: 'store-corrupt',
        message: expect.stringMatching(new RegExp(`row ${key} of table ${table}.*truth\\.db.*backup`, 's')),
      });
    }
  });
  it.each([
    ['incidents', 'version = 9'],
    ['incidents', 'is_open = 0'],
    ['incidents', "subject = 'x'"],
    ['intents', "state = 'void'"],
    ['intents', "owner = 'x'"],
    ['approvals', 'expires_at = 9e15'],
    ['pauses', "scope = 'node:x'"],
  ] as const)('of %s is store-corrupt when a column contradicts the record: %s', async (table, change) => {
    const { store, sql } = await filled();
    sql.exec(`UPDATE ${table} SET ${change}`);
    await expect(read[table](store)).rejects.toMatchObject({ code: 'store-corrupt', message: expect.stringContaining('contradicts') });
  });
  it('is never written over: a change of it fails as well', async () => {
    const { store, sql } = await filled();
    sql.exec("UPDATE incidents SET body = '{}'");
    await expect(store.commit({ incident: incident('cart', { version: 1 }), audit: [] })).rejects.toMatchObject({ code: 'store-corrupt' });
    expect(sql.prepare('SELECT body FROM incidents').get()).toEqual({ body: '{}' });
  });
  it('does not stop the changes of other incidents in the same turn', async () => {
    const { store, sql } = await filled();
    sql.exec("UPDATE incidents SET body = '{}'");
    const damaged = store.commit({ incident: incident('cart', { version: 1 }), audit: [] });
    const other = store.commit({ incident: incident('other'), audit: [] });
    await expect(damaged).rejects.toMatchObject({ code: 'store-corrupt' });
    await expect(other).resolves.toMatchObject({ version: 1 });
  });
});

describe('the database itself', () => {
  it('refuses what would slip past the code: a second open incident or intent', async () => {
    const { store, sql } = await filled();
    await store.commit({ incident: incident('other'), audit: [] });
    const cart = `'${['default', 'apps', 'Deployment', 'shop', deployment('cart').name].join('/')}'`;
    expect(() => sql.exec(`UPDATE incidents SET subject = ${cart} WHERE id = 'other'`)).toThrow('UNIQUE');
    const copy = "INSERT INTO intents SELECT 'act-2', incident_id, owner, state, at, ended_at, body FROM intents";
    expect(() => sql.exec(copy)).toThrow('UNIQUE');
  });
});
