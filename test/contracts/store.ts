import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/core/digest.ts';
import type { Change, Store } from '../../src/core/ports.ts';
import { alertContract } from './store-alerts.ts';
import { incidentContract } from './store-incidents.ts';
import { intentContract } from './store-intents.ts';
import { propertyContract } from './store-properties.ts';
import { pruneContract } from './store-prune.ts';
import { approval, entry, incident, intent, pause, T0 } from './store-records.ts';
import { expectConflict, type StoreUnderTest } from './store-under-test.ts';

/** What every implementation of the port `Store` promises. */
export function storeContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`${name}, as a store`, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await create();
      store = under.store;
    });
    afterEach(() => under.dispose());
    const given = () => under;

    describe('incidents', () => incidentContract(given));
    describe('intents', () => intentContract(given));
    describe('alerts', () => alertContract(given));
    describe('approvals and pauses', () => approvalsAndPauses(given));
    describe('the audit chain', () => audit(given));
    describe('a commit', () => commits(given));
    describe('pruning', () => pruneContract(given));
    describe('in any order', () => propertyContract(create));

    it('writes a backup to a new file, and never over an old one', async () => {
      await store.commit({ incident: incident('cart'), audit: [entry()] });
      const file = under.newFile();
      await store.backup(file);
      await expect(store.backup(file)).rejects.toMatchObject({ code: 'store-failed' });
    });
    it('finishes the commits that wait when it is closed, and refuses whatever comes after', async () => {
      const waiting = store.commit({ incident: incident('cart'), audit: [] });
      await store.close();
      await expect(waiting).resolves.toMatchObject({ version: 1 });
      await expect(store.incident('cart')).rejects.toMatchObject({ code: 'store-failed' });
      await expect(store.commit({ audit: [entry()] })).rejects.toMatchObject({ code: 'store-failed' });
      await store.close();
    });
  });
}

type Given = () => StoreUnderTest;

function approvalsAndPauses(given: Given): void {
  it('answers with the last answer to a plan, whichever way and whatever its clock said', async () => {
    const { store } = given();
    await store.commit({ incident: incident('cart'), audit: [] });
    expect(await store.approval('plan')).toBeUndefined();
    await store.commit({ approval: approval('plan', 'cart'), audit: [] });
    await store.commit({ approval: approval('other', 'cart', { decision: 'denied', at: T0 + 9 }), audit: [] });
    expect(await store.approval('plan')).toEqual(approval('plan', 'cart'));
    await store.commit({ approval: approval('plan', 'cart', { decision: 'denied', at: T0 - 60_000 }), audit: [] });
    expect(await store.approval('plan')).toMatchObject({ decision: 'denied' });
  });
  it('keeps one pause per scope until that scope is resumed', async () => {
    const { store } = given();
    await store.commit({ pause: pause('cluster'), audit: [] });
    await store.commit({ pause: pause('namespace:shop'), audit: [] });
    await store.commit({ pause: pause('cluster', 'incident'), audit: [] });
    expect(await store.pauses()).toEqual([pause('cluster', 'incident'), pause('namespace:shop')]);
    await store.commit({ resume: 'cluster', audit: [] });
    await store.commit({ resume: 'node:never-paused', audit: [] });
    expect(await store.pauses()).toEqual([pause('namespace:shop')]);
  });
  it('keeps the last that was said of a healthy revision, by workload', async () => {
    const { store } = given();
    const healthy = (podHash: string, until: number, workload = 'uid-cart') => ({ workload, podHash, since: T0, until });
    await store.commit({ healthy: [healthy('a', T0 + 1), healthy('b', T0 + 2), healthy('a', T0 + 3, 'uid-other')], audit: [] });
    await store.commit({ healthy: [healthy('a', T0 + 5)], audit: [] });
    expect(await store.healthyRevisions('uid-cart')).toEqual([healthy('b', T0 + 2), healthy('a', T0 + 5)]);
    expect(await store.prune(T0 + 4)).toBe(2);
    expect(await store.healthyRevisions('uid-cart')).toEqual([healthy('a', T0 + 5)]);
    expect(await store.healthyRevisions('uid-other')).toEqual([]);
  });
  it('stays paused when one change both resumes and pauses a scope', async () => {
    const { store } = given();
    await store.commit({ pause: pause('cluster', 'new'), resume: 'cluster', audit: [] });
    expect(await store.pauses()).toEqual([pause('cluster', 'new')]);
  });
}

function audit(given: Given): void {
  it('is intact while it is empty', async () => {
    expect(await given().store.verifyAudit()).toEqual({ intact: true, rows: 0, head: '0'.repeat(64), sealedRows: 0 });
  });
  it('numbers the rows from 1 and binds each to the one before', async () => {
    const { store } = given();
    await store.commit({ audit: [entry({ detail: { n: 1 } }), entry({ detail: { n: 2, text: '"ž"\n', deep: [{ b: 1, a: null }] } })] });
    await store.commit({ audit: [entry({ incidentId: 'cart' })] });
    const rows = await store.audit({});
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(rows.map(({ previous }) => previous)).toEqual(['0'.repeat(64), rows[0]?.hash, rows[1]?.hash]);
    for (const { seq, previous, hash, entry: written } of rows) expect(hash).toBe(digestOf({ seq, previous, entry: written }));
    expect(await store.verifyAudit()).toEqual({ intact: true, rows: 3, head: rows[2]?.hash, sealedRows: 0 });
  });
  it('is read by position, by incident, and up to a limit', async () => {
    const { store } = given();
    await store.commit({ audit: ['a', 'b', 'a', 'a'].map((incidentId) => entry({ incidentId })) });
    const seqs = async (filter: Parameters<Store['audit']>[0]) => (await store.audit(filter)).map(({ seq }) => seq);
    expect(await seqs({ after: 2 })).toEqual([3, 4]);
    expect(await seqs({ incidentId: 'a' })).toEqual([1, 3, 4]);
    expect(await seqs({ incidentId: 'a', after: 1, limit: 1 })).toEqual([3]);
    expect(await seqs({ limit: 2 })).toEqual([1, 2]);
  });
  it('holds what JSON can say of an entry: a hash fits what will be read, not what was given', async () => {
    const { store } = given();
    await store.commit({ audit: [entry({ detail: { gone: undefined, when: new Date(T0), none: Number.NaN, half: '\ud800' } })] });
    expect((await store.audit({}))[0]?.entry.detail).toEqual({ when: new Date(T0).toISOString(), none: null, half: '\ufffd' });
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: 1 });
  });
}

function commits(given: Given): void {
  const everything: Change = {
    intent: intent('act-1', 'cart'),
    approval: approval('plan', 'cart'),
    pause: pause('cluster'),
    audit: [entry()],
  };
  it('writes all of its parts, visible to another worker as soon as it resolves', async () => {
    const { store, another } = given();
    const stored = await store.commit({ ...everything, incident: incident('cart') });
    const other = await another();
    expect(await other.incident('cart')).toEqual(stored);
    expect(await other.intent('act-1')).toEqual(everything.intent);
    expect(await other.approval('plan')).toEqual(everything.approval);
    expect(await other.pauses()).toEqual([everything.pause]);
    expect(await other.audit({})).toHaveLength(1);
    await other.close();
  });
  it('compares versions with what another worker wrote', async () => {
    const { store, another } = given();
    await store.commit({ incident: incident('cart'), audit: [entry()] });
    const other = await another();
    await other.commit({ incident: incident('cart', { version: 1 }), audit: [entry()] });
    await expectConflict(store, { incident: incident('cart', { version: 1 }), audit: [] });
    await store.commit({ audit: [entry()] });
    expect(await other.verifyAudit()).toMatchObject({ intact: true, rows: 3 });
    await other.close();
  });
  it.each([
    ['the incident', { incident: incident('cart', { version: 7 }) }],
    ['the intent', { incident: incident('cart', { version: 1, phase: 'acting' }), intent: intent('act-0', 'cart', { sends: 0 }) }],
    ['the approval', { approval: approval('plan', 'nobody') }],
  ])('writes nothing at all when %s is refused', async (_, part) => {
    const { store } = given();
    await store.commit({ incident: incident('cart'), intent: intent('act-0', 'cart', { sends: 1, state: 'void' }), audit: [entry()] });
    await expectConflict(store, { ...everything, ...part });
    expect(await store.incident('cart')).toMatchObject({ version: 1, phase: 'open' });
    expect(await store.intent('act-1')).toBeUndefined();
    expect(await store.approval('plan')).toBeUndefined();
    expect(await store.pauses()).toEqual([]);
    expect(await store.audit({})).toHaveLength(1);
  });
  it('takes nothing from its neighbours of the same turn when it is refused', async () => {
    const { store } = given();
    await store.commit({ incident: incident('cart'), audit: [] });
    const results = await Promise.allSettled([
      store.commit({ incident: incident('a'), audit: [entry()] }),
      store.commit({ incident: incident('cart'), audit: [entry(), entry()] }),
      store.commit({ incident: incident('b'), audit: [entry()] }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: 2 });
  });
  it('keeps the order in which changes were handed in, many at once', async () => {
    const { store } = given();
    await Promise.all(Array.from({ length: 400 }, (_, n) => store.commit({ audit: [entry({ detail: { n } })] })));
    expect((await store.audit({})).map((row) => row.entry.detail.n)).toEqual(Array.from({ length: 400 }, (_, n) => n));
  });
  it('is what was handed in, though the caller changes it afterwards', async () => {
    const { store } = given();
    const detail = { n: 1 };
    const committing = store.commit({ audit: [entry({ detail })] });
    detail.n = 2;
    await committing;
    expect((await store.audit({}))[0]?.entry.detail).toEqual({ n: 1 });
  });
  it('refuses what could not be read back, and writes nothing of it', async () => {
    const { store } = given();
    const refused = [
      { incident: incident('cart', { findings: [] }), audit: [entry()] },
      { incident: incident('cart', { openedAt: Number.NaN }), audit: [entry()] },
      { audit: [entry({ detail: { n: 1n } })] },
    ];
    for (const change of refused) await expect(store.commit(change)).rejects.toMatchObject({ code: 'store-failed' });
    expect(await store.incident('cart')).toBeUndefined();
    expect(await store.audit({})).toEqual([]);
  });
  it('of nothing changes nothing', async () => {
    const { store } = given();
    expect(await store.commit({ audit: [] })).toBeUndefined();
    expect(await store.audit({})).toEqual([]);
  });
}
