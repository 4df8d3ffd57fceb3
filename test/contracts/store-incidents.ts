import { expect, it } from 'vitest';
import type { Store } from '../../src/core/ports.ts';
import { deployment, ended, fullIncident, incident, T0 } from './store-records.ts';
import { expectConflict, type StoreUnderTest } from './store-under-test.ts';

/** Incidents: compare-and-set, one open per subject, newest first. */
export function incidentContract(given: () => StoreUnderTest): void {
  it('answers undefined for what it never stored', async () => {
    const { store } = given();
    expect(await store.incident('cart')).toBeUndefined();
    expect(await store.latestIncidentOf(deployment('cart'))).toBeUndefined();
    expect(await store.incidents({ open: true })).toEqual([]);
  });
  it('gives a new incident version 1 and returns it as it will be read', async () => {
    const { store } = given();
    const full = fullIncident('cart');
    const stored = await store.commit({ incident: full, audit: [] });
    expect(stored).toEqual({ ...full, version: 1 });
    expect(await store.incident('cart')).toEqual(stored);
  });
  it('counts the version up with each change', async () => {
    const { store } = given();
    await store.commit({ incident: incident('cart'), audit: [] });
    await store.commit({ incident: incident('cart', { version: 1, phase: 'diagnosed' }), audit: [] });
    expect(await store.incident('cart')).toMatchObject({ version: 2, phase: 'diagnosed' });
  });
  it.each([
    ['an older version', 1],
    ['a newer version', 3],
    ['no version', 0],
  ])('refuses a change of %s than the stored one', async (_, version) => {
    const { store } = given();
    await store.commit({ incident: incident('cart'), audit: [] });
    await store.commit({ incident: incident('cart', { version: 1 }), audit: [] });
    await expectConflict(store, { incident: incident('cart', { version, phase: 'diagnosed' }), audit: [] });
    expect(await store.incident('cart')).toMatchObject({ version: 2, phase: 'open' });
  });
  it('refuses a change of an incident that is not there', async () => {
    await expectConflict(given().store, { incident: incident('cart', { version: 1 }), audit: [] });
  });
  it('lets exactly one of many concurrent changes of the same version through', async () => {
    const { store } = given();
    await store.commit({ incident: incident('cart'), audit: [] });
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, redecisions) => store.commit({ incident: incident('cart', { version: 1, redecisions }), audit: [] })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store.incident('cart')).toMatchObject({ version: 2 });
  });
  it('refuses a second open incident about the same subject, even when its uid is another', async () => {
    const { store } = given();
    await store.commit({ incident: incident('first', { subject: deployment('cart', 'old') }), audit: [] });
    await expectConflict(store, { incident: incident('second', { subject: deployment('cart', 'new') }), audit: [] });
  });
  it('takes a new incident about a subject once the earlier one has ended', async () => {
    const { store } = given();
    const first = await store.commit({ incident: incident('first', { subject: deployment('cart') }), audit: [] });
    if (first) await store.commit({ incident: ended(first, T0 + 1), audit: [] });
    await store.commit({ incident: incident('second', { subject: deployment('cart'), openedAt: T0 + 2 }), audit: [] });
    expect(await store.latestIncidentOf(deployment('cart'))).toMatchObject({ id: 'second' });
    expect(await store.incidents({ open: true })).toMatchObject([{ id: 'second' }]);
  });
  it('does not let an ended incident open again beside a new one', async () => {
    const { store } = given();
    const first = incident('first', { subject: deployment('cart') });
    await store.commit({ incident: ended(first, T0), audit: [] });
    await store.commit({ incident: incident('second', { subject: deployment('cart') }), audit: [] });
    await expectConflict(store, { incident: { ...first, version: 1 }, audit: [] });
  });
  it('finds the newest incident about a subject, open or not, by its key', async () => {
    const { store } = given();
    const subject = deployment('cart', 'old');
    await store.commit({ incident: ended(incident('young', { subject, openedAt: T0 + 5 }), T0 + 6), audit: [] });
    await store.commit({ incident: ended(incident('old', { subject, openedAt: T0 + 1 }), T0 + 2), audit: [] });
    expect(await store.latestIncidentOf(deployment('cart', 'new'))).toMatchObject({ id: 'young' });
    expect(await store.latestIncidentOf(deployment('other'))).toBeUndefined();
  });
  it('lists newest first: the open ones, or those opened at or after a moment, up to a limit', async () => {
    const { store } = given();
    for (const [id, openedAt] of [
      ['b', T0 + 2],
      ['a', T0 + 1],
      ['c', T0 + 3],
    ] as const)
      await store.commit({ incident: incident(id, { openedAt }), audit: [] });
    await store.commit({ incident: ended(incident('over', { openedAt: T0 + 4 }), T0 + 5), audit: [] });
    const ids = async (filter: Parameters<Store['incidents']>[0]) => (await store.incidents(filter)).map(({ id }) => id);
    expect(await ids({ open: true })).toEqual(['c', 'b', 'a']);
    expect(await ids({ since: T0 + 2 })).toEqual(['over', 'c', 'b']);
    expect(await ids({ since: 0, limit: 2 })).toEqual(['over', 'c']);
  });
  it('goes on where a page ended, also among incidents that were opened at the same moment', async () => {
    const { store } = given();
    for (const id of ['a', 'b', 'c', 'd'])
      await store.commit({ incident: incident(id, { openedAt: id === 'a' ? T0 : T0 + 1 }), audit: [] });
    const ids = async (before: string) => (await store.incidents({ since: 0, limit: 2, before })).map(({ id }) => id);
    expect(await ids('d')).toEqual(['c', 'b']);
    expect(await ids('b')).toEqual(['a']);
    expect(await ids('a')).toEqual([]);
    expect(await ids('nobody')).toEqual([]);
    expect(await store.incidents({ since: T0 + 1, before: 'b' })).toEqual([]);
  });
}
