import { beforeEach, expect, it } from 'vitest';
import { deployment, incident, intent, T0 } from './store-records.ts';
import { expectConflict, type StoreUnderTest } from './store-under-test.ts';

/** Intents: one open per owner, fixed meaning, final ends, the ledger. */
export function intentContract(given: () => StoreUnderTest): void {
  beforeEach(async () => {
    for (const id of ['cart', 'shop']) await given().store.commit({ incident: incident(id), audit: [] });
  });
  const put = (changes: Parameters<typeof intent>[2] = {}) => ({ intent: intent('act-1', 'cart', changes), audit: [] });

  it('gives an intent back as it was written, and undefined for an unknown one', async () => {
    const { store } = given();
    const full = intent('act-1', 'cart', { node: 'n1', approvedBy: 'user:ann', lastSentAt: T0, note: 'ž', sends: 1, unanswered: 1 });
    await store.commit({ intent: full, audit: [] });
    expect(await store.intent('act-1')).toEqual(full);
    expect(await store.intent('act-2')).toBeUndefined();
  });
  it('refuses a second open intent for the same owner, whatever its target', async () => {
    const { store } = given();
    await store.commit(put());
    await expectConflict(store, { intent: intent('act-2', 'shop', { owner: deployment('cart', 'successor') }), audit: [] });
    expect(await store.intent('act-2')).toBeUndefined();
  });
  it.each(['applied', 'void', 'superseded'] as const)('takes the next intent for an owner once the first is %s', async (state) => {
    const { store } = given();
    await store.commit(put());
    await store.commit(put({ state, endedAt: T0 + 1 }));
    await store.commit({ intent: intent('act-2', 'cart'), audit: [] });
    expect(await store.intent('act-2')).toMatchObject({ state: 'open' });
  });
  it.each([
    ['applied', 'open'],
    ['void', 'open'],
    ['superseded', 'open'],
    ['void', 'applied'],
    ['applied', 'void'],
    ['superseded', 'applied'],
  ] as const)('never lets an intent that ended as %s become %s', async (end, next) => {
    const { store } = given();
    await store.commit(put());
    await store.commit(put({ state: end }));
    await expectConflict(store, put({ state: next }));
    expect(await store.intent('act-1')).toMatchObject({ state: end });
  });
  it.each([
    ['write', { write: { verb: 'scale', target: deployment('cart'), replicas: 30 } }],
    ['target', { target: deployment('cart', 'successor') }],
    ['planHash', { planHash: 'x'.repeat(64) }],
    ['incidentId', { incidentId: 'shop' }],
    ['owner', { owner: deployment('shop') }],
    ['kind', { kind: 'undo' }],
    ['action', { action: 'evict-pod' }],
  ] as const)('never changes the %s of an intent', async (_, changes) => {
    const { store } = given();
    await store.commit(put());
    await expectConflict(store, put(changes));
    expect(await store.intent('act-1')).toEqual(put().intent);
  });
  it('counts sends up and never down', async () => {
    const { store } = given();
    await store.commit(put({ sends: 2 }));
    await expectConflict(store, put({ sends: 1 }));
    await store.commit(put({ sends: 3, unanswered: 1 }));
    expect(await store.intent('act-1')).toMatchObject({ sends: 3, unanswered: 1 });
  });
  it('refuses an intent for an incident that is not stored', async () => {
    await expectConflict(given().store, { intent: intent('act-9', 'nobody'), audit: [] });
  });
  it('lists open intents of any age and those written at or after a moment, oldest first', async () => {
    const { store } = given();
    await store.commit({ intent: intent('spent', 'cart', { at: T0 - 9, state: 'void' }), audit: [] });
    await store.commit({ intent: intent('young', 'shop', { at: T0 + 2, state: 'applied' }), audit: [] });
    await store.commit({ intent: intent('edge', 'cart', { at: T0 + 1, state: 'applied' }), audit: [] });
    await store.commit({ intent: intent('open', 'cart', { at: T0 - 5 }), audit: [] });
    expect((await store.ledger(T0 + 1)).map(({ actionId }) => actionId)).toEqual(['open', 'edge', 'young']);
  });
}
