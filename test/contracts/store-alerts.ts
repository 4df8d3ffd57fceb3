import { expect, it } from 'vitest';
import { type Alert, alertId } from '../../src/core/model/signal.ts';
import { deployment, entry, T0 } from './store-records.ts';
import { expectConflict, type StoreUnderTest } from './store-under-test.ts';

/** An alert about a Deployment that has its fingerprint as its name, heard of at T0. */
export function alert(fingerprint: string, changes: Partial<Alert> = {}): Alert {
  const { startsAt = T0 - 1_000 } = changes;
  return {
    signal: 'alert',
    id: alertId({ fingerprint, startsAt }),
    subject: deployment(fingerprint),
    at: T0,
    fingerprint,
    status: 'firing',
    name: 'Slow',
    labels: { alertname: 'Slow', 'etykieta ✓': '"ž"\n' },
    annotations: {},
    startsAt,
    cause: 'memory-leak',
    ...changes,
  };
}

/** How alerts are kept: one row per fingerprint and start, refreshed by each repetition. */
export function alertContract(given: () => StoreUnderTest): void {
  it('are given back as they were, in the order of their last news, and to another worker too', async () => {
    const { store, another } = given();
    await store.commit({ alerts: [alert('b', { at: T0 + 1 }), alert('a')], audit: [] });
    const other = await another();
    expect(await other.alerts(0)).toEqual([alert('a'), alert('b', { at: T0 + 1 })]);
    expect(await other.alerts(T0 + 1)).toEqual([alert('b', { at: T0 + 1 })]);
    await other.close();
  });
  it('are refreshed by a repetition, also within one change, and keep their subject', async () => {
    const { store } = given();
    await store.commit({ alerts: [alert('a'), alert('a', { at: T0 + 5 })], audit: [] });
    await store.commit({ alerts: [alert('a', { at: T0 + 9, subject: deployment('successor') })], audit: [] });
    await store.commit({ alerts: [alert('a', { at: T0 + 2 })], audit: [] });
    expect(await store.alerts(0)).toEqual([alert('a', { at: T0 + 9 })]);
  });
  it('are two when they began twice', async () => {
    const { store } = given();
    await store.commit({ alerts: [alert('a'), alert('a', { startsAt: T0 })], audit: [] });
    expect(await store.alerts(0)).toHaveLength(2);
  });
  it('stay over once they are, whatever comes later', async () => {
    const { store } = given();
    await store.commit({ alerts: [alert('a')], audit: [] });
    await store.commit({ alerts: [alert('a', { at: T0 + 1, status: 'resolved', endsAt: T0 })], audit: [] });
    await store.commit({ alerts: [alert('a', { at: T0 + 2 })], audit: [] });
    expect(await store.alerts(0)).toEqual([alert('a', { at: T0 + 2, status: 'resolved', endsAt: T0 })]);
  });
  it('are written with the rest of their change or not at all', async () => {
    const { store } = given();
    await expectConflict(store, { alerts: [alert('a')], approval: approvalOfNobody, audit: [entry()] });
    expect(await store.alerts(0)).toEqual([]);
  });
  it('are forgotten by pruning, by the time of their last news', async () => {
    const { store } = given();
    await store.commit({ alerts: [alert('old', { at: T0 - 1 }), alert('young')], audit: [] });
    expect(await store.prune(T0)).toBe(1);
    expect(await store.alerts(0)).toEqual([alert('young')]);
  });
  it('of many notifications at once are all kept', async () => {
    const { store } = given();
    const commits = Array.from({ length: 300 }, (_, n) => store.commit({ alerts: [alert(`a${n}`), alert(`b${n}`)], audit: [] }));
    await Promise.all(commits);
    expect(await store.alerts(0)).toHaveLength(600);
  });
}

const approvalOfNobody = { incidentId: 'nobody', planHash: 'p', decision: 'approved', by: 'user:ann', at: T0, expiresAt: T0 + 1 } as const;
