import { expect, it } from 'vitest';
import { collectionOf, sampleOf } from './samples.ts';
import { at, expectFailure, type Given, patchTypes, succeeded } from './under-test.ts';

/** `dryRun=All` on every write: the answer of the write, and no change. */
export function dryRunContract(given: Given): void {
  const maps = () => collectionOf(sampleOf('ConfigMap'), given().namespace);
  const workloads = () => collectionOf(sampleOf('StatefulSet'), given().namespace);
  async function map(name: string): Promise<string> {
    succeeded(await given().request('POST', maps(), { body: { metadata: { name }, data: { a: 'b' } } }));
    return `${maps()}/${name}`;
  }
  const versionAt = async (path: string) => at(succeeded(await given().request('GET', path)).body, 'metadata.resourceVersion');
  async function unchanged(path: string, method: string, asked: object, expected: number): Promise<unknown> {
    const before = await versionAt(path);
    const answer = await given().request(method, `${path}?dryRun=All`, asked);
    expect(answer.status).toBe(expected);
    expect(await versionAt(path)).toBe(before);
    return answer.body;
  }

  it('creates nothing', async () => {
    const answer = await given().request('POST', `${maps()}?dryRun=All`, { body: { metadata: { name: 'dry' } } });
    expect([answer.status, at(answer.body, 'metadata.name')]).toEqual([201, 'dry']);
    expect((await given().request('GET', `${maps()}/dry`)).status).toBe(404);
  });
  it('replaces nothing', async () => {
    const body = { metadata: { name: 'dry-put' }, data: { c: 'd' } };
    expect(await unchanged(await map('dry-put'), 'PUT', { body }, 200)).toMatchObject({ data: { c: 'd' } });
  });
  it.each(['merge', 'json', 'strategic'] as const)('patches nothing by %s patch', async (kind) => {
    const path = await map(`dry-${kind}`);
    const body = kind === 'json' ? [{ op: 'replace', path: '/data/a', value: 'c' }] : { data: { a: 'c' } };
    expect(await unchanged(path, 'PATCH', { body, type: patchTypes[kind] }, 200)).toMatchObject({ data: { a: 'c' } });
  });
  it('deletes nothing', async () => {
    await unchanged(await map('dry-delete'), 'DELETE', {}, 200);
  });
  it('marks no placed pod for deletion', async () => {
    const pods = collectionOf(sampleOf('Pod'), given().namespace);
    const spec = { nodeName: 'no-such-node', containers: [{ name: 'app', image: 'app:1' }] };
    succeeded(await given().request('POST', pods, { body: { metadata: { name: 'dry-placed' }, spec } }));
    const answer = await given().request('DELETE', `${pods}/dry-placed?dryRun=All`);
    expect([answer.status, at(answer.body, 'metadata.deletionGracePeriodSeconds')]).toEqual([200, 30]);
    expect(at(succeeded(await given().request('GET', `${pods}/dry-placed`)).body, 'metadata.deletionTimestamp')).toBeUndefined();
  });
  it('scales nothing', async () => {
    succeeded(
      await given().request('POST', workloads(), { body: { metadata: { name: 'dry-scale' }, ...sampleOf('StatefulSet').content } }),
    );
    const path = `${workloads()}/dry-scale`;
    const body = [{ op: 'add', path: '/spec/replicas', value: 3 }];
    const answer = await given().request('PATCH', `${path}/scale?dryRun=All`, { body, type: patchTypes.json });
    expect([answer.status, at(answer.body, 'spec.replicas')]).toEqual([200, 3]);
    expect(at(succeeded(await given().request('GET', path)).body, 'spec.replicas')).toBe(0);
  });
  it('evicts nothing', async () => {
    const pods = collectionOf(sampleOf('Pod'), given().namespace);
    succeeded(await given().request('POST', pods, { body: { metadata: { name: 'dry-evict' }, ...sampleOf('Pod').content } }));
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'dry-evict' } };
    expect((await given().request('POST', `${pods}/dry-evict/eviction?dryRun=All`, { body })).status).toBe(201);
    const dry = { ...body, deleteOptions: { dryRun: ['All'] } };
    expect((await given().request('POST', `${pods}/dry-evict/eviction`, { body: dry })).status).toBe(201);
    const pod = succeeded(await given().request('GET', `${pods}/dry-evict`));
    expect(at(pod.body, 'metadata.deletionTimestamp')).toBeUndefined();
  });
  it('still refuses what the write would be refused for', async () => {
    const path = await map('dry-refused');
    expect((await given().request('POST', `${maps()}?dryRun=All`, { body: { metadata: { name: 'dry-refused' } } })).status).toBe(409);
    const stale = { metadata: { resourceVersion: '1' }, data: { a: 'c' } };
    expect((await given().request('PATCH', `${path}?dryRun=All`, { body: stale, type: patchTypes.merge })).status).toBe(409);
    expect((await given().request('DELETE', `${maps()}/none?dryRun=All`)).status).toBe(404);
  });
  it('refuses another word than All', async () => {
    const path = await map('dry-word');
    const answer = await given().request('PATCH', `${path}?dryRun=Some`, { body: { data: { a: 'c' } }, type: patchTypes.merge });
    expectFailure(answer, { code: 422, reason: 'Invalid', message: /dryRun: .*Unsupported value: .*supported values: "All"/ });
  });
}
