import { expect, it } from 'vitest';
import { apiVersionOf, clusterWide, samples } from './samples.ts';
import { at, type Given, listAt, succeeded, textAt } from './under-test.ts';

/** What a client finds out about the server before it asks for objects. */
export function discoveryContract(given: Given): void {
  const get = async (path: string) => succeeded(await given().request('GET', path)).body;

  it('names its version', async () => {
    const version = await get('/version');
    expect(textAt(version, 'gitVersion')).toMatch(/^v1\.\d+\.\d+/);
    expect([textAt(version, 'major'), Number.parseInt(textAt(version, 'minor'), 10) >= 33]).toEqual(['1', true]);
  });
  it('lists the core versions and the groups', async () => {
    expect(await get('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const groups = await get('/apis');
    expect(groups).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' });
    const names = listAt(groups, 'groups').map((group) => at(group, 'name'));
    for (const name of ['apps', 'batch', 'policy', 'autoscaling', 'coordination.k8s.io', 'rbac.authorization.k8s.io'])
      expect(names).toContain(name);
  });
  it('describes one group', async () => {
    expect(await get('/apis/apps')).toMatchObject({
      kind: 'APIGroup',
      name: 'apps',
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
  });
  it.each([...samples, ...clusterWide])('lists $resource with its kind and scope', async (sample) => {
    const path = sample.group === '' ? '/api/v1' : `/apis/${apiVersionOf(sample)}`;
    const list = await get(path);
    expect(list).toMatchObject({ kind: 'APIResourceList', groupVersion: apiVersionOf(sample) });
    const entry = listAt(list, 'resources').find((one) => at(one, 'name') === sample.resource);
    expect(entry).toMatchObject({ kind: sample.kind, namespaced: 'content' in sample });
    expect(listAt(entry, 'verbs')).toEqual(expect.arrayContaining(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']));
  });
  it.each([
    ['pods/eviction', 'Eviction', '/api/v1'],
    ['pods/resize', 'Pod', '/api/v1'],
    ['deployments/scale', 'Scale', '/apis/apps/v1'],
    ['serviceaccounts/token', 'TokenRequest', '/api/v1'],
  ])('lists the subresource %s', async (name, kind, path) => {
    const entry = listAt(await get(path), 'resources').find((one) => at(one, 'name') === name);
    expect(entry).toMatchObject({ kind, namespaced: true });
  });
  it('is ready and alive', async () => {
    for (const path of ['/readyz', '/livez', '/healthz']) expect((await given().request('GET', path)).text).toBe('ok');
  });
}
