import { expect, it } from 'vitest';
import type { Store } from '../../src/core/ports.ts';
import { approval, ended, entry, incident, intent, pause, T0 } from './store-records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** What pruning forgets, and what it never does. */
export function pruneContract(given: () => StoreUnderTest): void {
  it('forgets ended incidents, spent intents, expired approvals and their audit rows, and counts them', async () => {
    const { store } = given();
    await overAndDone(store, 'old', T0);
    expect(await store.prune(T0 + 10_000_000)).toBe(5);
    expect(await store.incident('old')).toBeUndefined();
    expect(await store.intent('act-old')).toBeUndefined();
    expect(await store.approval('plan-old')).toBeUndefined();
    expect(await store.audit({})).toEqual([]);
    expect(await store.prune(T0 + 10_000_000)).toBe(0);
  });
  it('keeps what ended, was written or expires at or after the moment', async () => {
    const { store } = given();
    await overAndDone(store, 'young', T0);
    expect(await store.prune(T0)).toBe(0);
    expect(await store.incident('young')).toBeDefined();
    expect(await store.intent('act-young')).toBeDefined();
    expect(await store.approval('plan-young')).toBeDefined();
    expect(await store.audit({})).toHaveLength(2);
  });
  it('keeps all that an open incident refers to, however old', async () => {
    const { store } = given();
    await store.commit({ incident: incident('open'), audit: [entry({ incidentId: 'open' })] });
    await store.commit({ intent: intent('spent', 'open', { state: 'void', endedAt: T0 }), audit: [] });
    await store.commit({ approval: approval('plan', 'open'), audit: [] });
    expect(await store.prune(T0 + 10_000_000)).toBe(0);
    expect(await store.intent('spent')).toBeDefined();
    expect(await store.approval('plan')).toBeDefined();
    expect(await store.audit({ incidentId: 'open' })).toHaveLength(1);
  });
  it('keeps an open intent and its incident, though that one has ended', async () => {
    const { store } = given();
    await store.commit({ incident: ended(incident('gone'), T0), intent: intent('act', 'gone'), audit: [entry({ actionId: 'act' })] });
    await store.commit({ approval: approval('plan', 'gone'), audit: [] });
    expect(await store.prune(T0 + 10_000_000)).toBe(0);
    expect(await store.intent('act')).toMatchObject({ state: 'open' });
    expect(await store.incident('gone')).toBeDefined();
    expect(await store.approval('plan')).toBeDefined();
    expect(await store.audit({})).toHaveLength(1);
  });
  it('keeps an ended incident as long as an intent of it is young', async () => {
    const { store } = given();
    await store.commit({
      incident: ended(incident('i'), T0),
      intent: intent('act', 'i', { state: 'applied', endedAt: T0 + 50 }),
      audit: [],
    });
    expect(await store.prune(T0 + 10)).toBe(0);
    expect(await store.prune(T0 + 51)).toBe(2);
  });
  it('that is under way when the store is closed is finished first', async () => {
    const { store } = given();
    await store.commit({ audit: [entry(), entry()] });
    const pruning = store.prune(T0 + 1);
    await store.close();
    expect(await pruning).toBe(2);
  });
  it('keeps pauses', async () => {
    const { store } = given();
    await store.commit({ pause: pause('cluster'), audit: [] });
    await store.prune(T0 + 10_000_000);
    expect(await store.pauses()).toHaveLength(1);
  });
  it('seals the chain: what is left is bound to the hash of the last row that went', async () => {
    const { store } = given();
    await store.commit({ audit: [1, 2, 3, 4, 5].map((n) => entry({ at: T0 + n })) });
    const before = await store.audit({});
    expect(await store.prune(T0 + 4)).toBe(3);
    const rows = await store.audit({});
    expect(rows).toEqual(before.slice(3));
    expect(rows[0]?.previous).toBe(before[2]?.hash);
    expect(await store.verifyAudit()).toEqual({ intact: true, rows: 2, head: before[4]?.hash, sealedRows: 3 });
  });
  it('goes on from the sealed hash when every row was pruned, and seals again', async () => {
    const { store } = given();
    await store.commit({ audit: [entry(), entry()] });
    const head = (await store.audit({}))[1]?.hash;
    await store.prune(T0 + 1);
    expect(await store.verifyAudit()).toEqual({ intact: true, rows: 0, head, sealedRows: 2 });
    await store.commit({ audit: [entry({ at: T0 + 1 }), entry({ at: T0 + 2 })] });
    expect(await store.audit({})).toMatchObject([{ seq: 3, previous: head }, { seq: 4 }]);
    expect(await store.prune(T0 + 2)).toBe(1);
    expect(await store.verifyAudit()).toMatchObject({ intact: true, rows: 1, sealedRows: 3 });
  });
  it('never seals past a row that must stay, though the clock was set back after it', async () => {
    const { store } = given();
    await store.commit({ audit: [entry({ at: T0 }), entry({ at: T0 + 100 }), entry({ at: T0 + 1 })] });
    expect(await store.prune(T0 + 50)).toBe(1);
    expect((await store.audit({})).map(({ seq }) => seq)).toEqual([2, 3]);
  });
}

async function overAndDone(store: Store, id: string, at: number): Promise<void> {
  await store.commit({ incident: incident(id), approval: approval(`plan-${id}`, id), audit: [entry({ incidentId: id, at })] });
  await store.commit({ intent: intent(`act-${id}`, id), audit: [] });
  await store.commit({
    incident: ended({ ...incident(id), version: 1 }, at),
    intent: intent(`act-${id}`, id, { state: 'applied', endedAt: at }),
    audit: [entry({ incidentId: id, actionId: `act-${id}`, at })],
  });
}
