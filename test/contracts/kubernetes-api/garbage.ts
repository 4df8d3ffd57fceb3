import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, type Given, listAt, patchTypes, succeeded, textAt } from './under-test.ts';

/** What becomes of objects whose owner is deleted, in each of the three ways. */
export function garbageContract(given: Given): void {
  const path = (kind: string, name = '') => `${collectionOf(sampleOf(kind), given().namespace)}${name === '' ? '' : `/${name}`}`;
  const exists = async (kind: string, name: string) => (await given().request('GET', path(kind, name))).status === 200;
  const remove = (name: string, propagationPolicy: string) =>
    given().request('DELETE', path('Deployment', name), { body: { propagationPolicy } });
  async function until(what: string, done: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await done()) return;
      await sleep(100);
    }
    throw new Error(`in 20 s it did not come to it that ${what}`);
  }
  /** A workload that makes nothing by itself; its uid. */
  async function owner(name: string): Promise<string> {
    const { spec } = Object(sampleOf('Deployment').content);
    const body = { metadata: { name }, spec: { ...spec, paused: true } };
    return textAt(succeeded(await given().request('POST', path('Deployment'), { body })).body, 'metadata.uid');
  }
  async function dependent(name: string, uid: string, finalizers: readonly string[] = []): Promise<void> {
    const reference = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, blockOwnerDeletion: true };
    const labels = { app: 'dependent' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1' }] } };
    const metadata = { name, labels, ownerReferences: [reference], finalizers };
    const body = { metadata, spec: { replicas: 0, selector: { matchLabels: labels }, template } };
    succeeded(await given().request('POST', path('ReplicaSet'), { body }));
  }

  it('goes after its owner', async () => {
    await dependent('after', await owner('after'));
    succeeded(await remove('after', 'Background'));
    expect(await exists('Deployment', 'after')).toBe(false);
    await until('the dependent is gone', async () => !(await exists('ReplicaSet', 'after')));
  });
  it('goes when its owner is another one of that name', async () => {
    await owner('nobody');
    await dependent('nobody', '00000000-0000-0000-0000-000000000000');
    await until('the dependent is gone', async () => !(await exists('ReplicaSet', 'nobody')));
  });
  it('goes before an owner that is deleted in the foreground, which waits for it', async () => {
    await dependent('before', await owner('before'), ['test.dev/hold']);
    succeeded(await remove('before', 'Foreground'));
    const isLeaving = async () =>
      at((await given().request('GET', path('ReplicaSet', 'before'))).body, 'metadata.deletionTimestamp') !== undefined;
    await until('the dependent is leaving', isLeaving);
    expect(await exists('Deployment', 'before')).toBe(true);
    const letGo = { body: { metadata: { finalizers: null } }, type: patchTypes.merge };
    succeeded(await given().request('PATCH', path('ReplicaSet', 'before'), letGo));
    await until('the owner is gone', async () => !(await exists('Deployment', 'before')));
  });
  it('stays without an owner when it is orphaned', async () => {
    await dependent('orphan', await owner('orphan'));
    succeeded(await remove('orphan', 'Orphan'));
    await until('the owner is gone', async () => !(await exists('Deployment', 'orphan')));
    const left = succeeded(await given().request('GET', path('ReplicaSet', 'orphan')));
    expect([listAt(left.body, 'metadata.ownerReferences'), at(left.body, 'metadata.deletionTimestamp')]).toEqual([[], undefined]);
  });
}
