import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Answered, at, expectFailure, type Given, listAt, succeeded, textAt } from './under-test.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Tokens, roles, and the reviews that tell about both. */
export function accessContract(given: Given): void {
  const core = () => `/api/v1/namespaces/${given().namespace}`;
  const post = (path: string, body: unknown): Promise<Answered> => given().request('POST', path, { body });
  /** A real server hears of a new binding a moment later than it has stored it. */
  async function holds(name: string, rule: unknown): Promise<void> {
    const [group, verb, wanted] = ['apiGroups.0', 'verbs.0', 'resources.0'].map((path) => textAt(rule, path));
    const [resource, subresource] = (wanted ?? '').split('/');
    const resourceAttributes = { namespace: given().namespace, group, verb, resource, subresource, name: at(rule, 'resourceNames.0') };
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user: userOf(name), resourceAttributes } };
    for (let tries = 0; tries < 50; tries += 1) {
      if (at((await post('/apis/authorization.k8s.io/v1/subjectaccessreviews', body)).body, 'status.allowed') === true) return;
      await sleep(100);
    }
    throw new Error(`the server never allowed ${name} what it was bound to: ${JSON.stringify(rule)}`);
  }
  /** An account of this name that may do what the rules say in the namespace; its token. */
  async function account(name: string, rules: readonly unknown[] = []): Promise<string> {
    succeeded(await post(`${core()}/serviceaccounts`, { metadata: { name } }));
    const local = `${RBAC}/namespaces/${given().namespace}`;
    succeeded(await post(`${local}/roles`, { metadata: { name }, rules }));
    const subjects = [{ kind: 'ServiceAccount', name, namespace: given().namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
    succeeded(await post(`${local}/rolebindings`, { metadata: { name }, roleRef, subjects }));
    for (const rule of rules.slice(0, 1)) await holds(name, rule);
    const token = succeeded(await post(`${core()}/serviceaccounts/${name}/token`, { spec: { expirationSeconds: 3600 } }));
    return textAt(token.body, 'status.token');
  }
  const userOf = (name: string) => `system:serviceaccount:${given().namespace}:${name}`;

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
    expect(textAt(answer.body, 'status.expirationTimestamp')).toMatch(/Z$/);
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
  it('reviews what somebody may do', async () => {
    await account('reviewed', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] }]);
    const ask = async (verb: string) => {
      const resourceAttributes = { namespace: given().namespace, verb, group: 'apps', resource: 'deployments' };
      const spec = { user: userOf('reviewed'), resourceAttributes };
      const answer = await post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec,
      });
      expect(answer.status).toBe(201);
      return at(answer.body, 'status.allowed');
    };
    expect([await ask('patch'), await ask('delete')]).toEqual([true, false]);
  });
  it('lets an account review itself', async () => {
    const token = await account('introspective', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]);
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace: given().namespace, verb: 'get', resource: 'pods' } },
    };
    const answer = await given().request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { token, body });
    expect(at(answer.body, 'status.allowed')).toBe(true);
  });
  it('reviews tokens', async () => {
    const token = await account('token-holder');
    const ask = (given: string) =>
      post('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token: given },
      });
    expect((await ask(token)).body).toMatchObject({ status: { authenticated: true, user: { username: userOf('token-holder') } } });
    expect(at((await ask('unknown')).body, 'status.authenticated')).toBeUndefined();
  });
}
