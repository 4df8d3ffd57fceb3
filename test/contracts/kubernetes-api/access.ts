import { expect, it } from 'vitest';
import { accountsOf, RBAC } from './accounts.ts';
import { at, expectFailure, type Given, listAt, succeeded, textAt } from './under-test.ts';

/** Tokens and roles. */
export function accessContract(given: Given): void {
  const { account, userOf, holds, core, post } = accountsOf(given);

  it('refuses an unknown token', async () => {
    const answer = await given().request('GET', `${core()}/pods`, { token: 'unknown' });
    expect(answer.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
    expect(answer.status).toBe(401);
  });
  it('makes a token that ends when it was asked to', async () => {
    succeeded(await post(`${core()}/serviceaccounts`, { metadata: { name: 'timed' } }));
    const answer = await post(`${core()}/serviceaccounts/timed/token`, { spec: { expirationSeconds: 1200 } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec: { expirationSeconds: 1200 } });
    const account = succeeded(await given().request('GET', `${core()}/serviceaccounts/timed`));
    const [made, ends] = [textAt(account.body, 'metadata.creationTimestamp'), textAt(answer.body, 'status.expirationTimestamp')];
    expect(Math.abs(Date.parse(ends) - Date.parse(made) - 1_200_000)).toBeLessThan(30_000);
  });
  it('makes no token for an account that is not there', async () => {
    expectFailure(await post(`${core()}/serviceaccounts/none/token`, { spec: {} }), {
      code: 404,
      reason: 'NotFound',
      message: 'serviceaccounts "none" not found',
    });
  });
  it('tells an account who it is', async () => {
    const token = await account('self');
    const review = await given().request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      token,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    });
    expect(review.status).toBe(201);
    expect(at(review.body, 'status.userInfo.username')).toBe(userOf('self'));
    expect(listAt(review.body, 'status.userInfo.groups')).toEqual(
      expect.arrayContaining(['system:serviceaccounts', 'system:authenticated']),
    );
  });
  it.each([
    [
      'list',
      'GET',
      'pods',
      '',
      (who: string, where: string) =>
        `pods is forbidden: User "${who}" cannot list resource "pods" in API group "" in the namespace "${where}"`,
    ],
    [
      'get',
      'GET',
      'pods/x',
      'x',
      (who: string, where: string) =>
        `pods "x" is forbidden: User "${who}" cannot get resource "pods" in API group "" in the namespace "${where}"`,
    ],
    [
      'delete',
      'DELETE',
      'pods/x',
      'x',
      (who: string, where: string) =>
        `pods "x" is forbidden: User "${who}" cannot delete resource "pods" in API group "" in the namespace "${where}"`,
    ],
    [
      'evict',
      'POST',
      'pods/x/eviction',
      'x',
      (who: string, where: string) =>
        `pods "x" is forbidden: User "${who}" cannot create resource "pods/eviction" in API group "" in the namespace "${where}"`,
    ],
    [
      'watch',
      'GET',
      'pods?watch=1',
      '',
      (who: string, where: string) =>
        `pods is forbidden: User "${who}" cannot watch resource "pods" in API group "" in the namespace "${where}"`,
    ],
  ] as const)('forbids an account without rules to %s', async (...[verb, method, path, name, words]) => {
    const token = await account(`no-${verb}`);
    const body = method === 'POST' ? { body: { metadata: { name } } } : {};
    const answer = await given().request(method, `${core()}/${path}`, { token, ...body });
    expectFailure(answer, {
      code: 403,
      reason: 'Forbidden',
      message: words(userOf(`no-${verb}`), given().namespace),
      details: { kind: 'pods', ...(name !== '' && { name }) },
    });
  });
  it('forbids by group and at the cluster scope in the same words', async () => {
    const token = await account('no-wide');
    const message = `deployments.apps is forbidden: User "${userOf('no-wide')}" cannot list resource "deployments" in API group "apps" at the cluster scope`;
    expectFailure(await given().request('GET', '/apis/apps/v1/deployments', { token }), {
      code: 403,
      reason: 'Forbidden',
      message,
      details: { group: 'apps', kind: 'deployments' },
    });
  });
  it('allows what a rule says, and only for the names that it says', async () => {
    const rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['get'], resourceNames: ['mine'] };
    const token = await account('named', [rule, { apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
    for (const name of ['mine', 'yours']) succeeded(await post(`${core()}/configmaps`, { metadata: { name } }));
    const get = (path: string) => given().request('GET', `${core()}/${path}`, { token });
    expect((await get('configmaps/mine')).status).toBe(200);
    expect((await get('configmaps/yours')).status).toBe(403);
    expect((await get('pods')).status).toBe(200);
    expect((await get('pods/x')).status).toBe(403);
  });
  it('takes a subresource for a resource of its own', async () => {
    const token = await account('evictor', [{ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }]);
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'none' } };
    expect((await given().request('POST', `${core()}/pods/none/eviction`, { token, body })).status).toBe(404);
    expect((await given().request('DELETE', `${core()}/pods/none`, { token })).status).toBe(403);
  });
  it('lets every account ask for the version and the groups', async () => {
    const token = await account('curious');
    for (const path of ['/version', '/api', '/apis', '/api/v1', '/apis/apps/v1']) {
      expect((await given().request('GET', path, { token })).status, path).toBe(200);
    }
    const message = `forbidden: User "${userOf('curious')}" cannot get path "/metrics"`;
    expectFailure(await given().request('GET', '/metrics', { token }), { code: 403, reason: 'Forbidden', message });
  });
  it('lets a cluster’s role count where it is bound, and only there', async () => {
    await account('local');
    const name = `contract-${given().namespace}`;
    const rule = { apiGroups: [''], resources: ['pods'], verbs: ['list'] };
    succeeded(await post(`${RBAC}/clusterroles`, { metadata: { name }, rules: [rule] }));
    const subjects = [{ kind: 'ServiceAccount', name: 'local', namespace: given().namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    succeeded(await post(`${RBAC}/namespaces/${given().namespace}/rolebindings`, { metadata: { name }, roleRef, subjects }));
    await holds('local', rule);
    const ask = async (namespace?: string) => {
      const spec = { user: userOf('local'), resourceAttributes: { namespace, verb: 'list', resource: 'pods' } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
      return at((await post('/apis/authorization.k8s.io/v1/subjectaccessreviews', body)).body, 'status.allowed');
    };
    expect([await ask(given().namespace), await ask('default'), await ask()]).toEqual([true, false, false]);
    succeeded(await given().request('DELETE', `${RBAC}/clusterroles/${name}`));
  });
}
