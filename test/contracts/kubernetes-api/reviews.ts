import { expect, it } from 'vitest';
import { accountsOf } from './accounts.ts';
import { at, type Given, succeeded, textAt } from './under-test.ts';

const TOKEN_REVIEWS = '/apis/authentication.k8s.io/v1/tokenreviews';
const tokenReview = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview' };

/** Reviews: who somebody is and may do. */
export function reviewContract(given: Given): void {
  const { account, userOf, core, post } = accountsOf(given);

  it('reviews what somebody may do', async () => {
    await account('reviewed', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] }]);
    await account('bystander');
    const ask = async (verb: string, other: { readonly user?: string; readonly group?: string; readonly namespace?: string } = {}) => {
      const { user = 'reviewed', group = 'apps', namespace = given().namespace } = other;
      const spec = { user: userOf(user), resourceAttributes: { namespace, verb, group, resource: 'deployments' } };
      const answer = await post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec,
      });
      expect(answer.status).toBe(201);
      return at(answer.body, 'status.allowed');
    };
    expect([await ask('patch'), await ask('delete')]).toEqual([true, false]);
    const elsewhere = [{ user: 'bystander' }, { group: 'extensions' }, { namespace: 'default' }];
    for (const other of elsewhere) expect(await ask('patch', other), JSON.stringify(other)).toBe(false);
  });
  it('lets an account review itself', async () => {
    const token = await account('introspective', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]);
    const ask = async (verb: string) => {
      const spec = { resourceAttributes: { namespace: given().namespace, verb, resource: 'pods' } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
      const answer = await given().request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { token, body });
      return at(answer.body, 'status.allowed');
    };
    expect([await ask('get'), await ask('delete')]).toEqual([true, false]);
  });
  it('reviews tokens', async () => {
    const token = await account('token-holder');
    const ask = (given: string) => post(TOKEN_REVIEWS, { ...tokenReview, spec: { token: given } });
    expect((await ask(token)).body).toMatchObject({ status: { authenticated: true, user: { username: userOf('token-holder') } } });
    expect(at((await ask('unknown')).body, 'status.authenticated')).toBeUndefined();
  });
  it('reviews tokens for an audience, and takes none that was made for another', async () => {
    succeeded(await post(`${core()}/serviceaccounts`, { metadata: { name: 'visitor' } }));
    const tokenFor = async (audiences: readonly string[]) =>
      textAt(succeeded(await post(`${core()}/serviceaccounts/visitor/token`, { spec: { audiences } })).body, 'status.token');
    const review = async (token: string, audiences: readonly string[]) =>
      at((await post(TOKEN_REVIEWS, { ...tokenReview, spec: { token, audiences } })).body, 'status');
    const mine = await tokenFor(['kubemend']);
    expect(await review(mine, ['kubemend', 'elsewhere'])).toMatchObject({
      authenticated: true,
      audiences: ['kubemend'],
      user: { username: userOf('visitor') },
    });
    expect(at(await review(mine, ['elsewhere']), 'authenticated')).toBeUndefined();
    expect(textAt(await review(mine, ['elsewhere']), 'error')).toMatch(/audiences/);
    expect(at(await review(mine, []), 'authenticated')).toBeUndefined();
    expect(at(await review(await tokenFor([]), ['kubemend']), 'authenticated')).toBeUndefined();
    expect((await given().request('GET', '/version', { token: mine })).status).toBe(401);
  });
  it('reviews access to resources that exist only in roles', async () => {
    const rule = { apiGroups: ['kubemend.dev'], resources: ['incidents/approval'], verbs: ['update'] };
    await account('approving', [rule]);
    const ask = async (resourceAttributes: Readonly<Record<string, string>>) => {
      const spec = { user: userOf('approving'), resourceAttributes: { group: 'kubemend.dev', ...resourceAttributes } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
      return at((await post('/apis/authorization.k8s.io/v1/subjectaccessreviews', body)).body, 'status.allowed');
    };
    const approval = { resource: 'incidents', subresource: 'approval', verb: 'update' };
    expect(await ask({ ...approval, namespace: given().namespace })).toBe(true);
    expect([await ask(approval), await ask({ ...approval, namespace: 'default' })]).toEqual([false, false]);
    expect(await ask({ resource: 'incidents', verb: 'get', namespace: given().namespace })).toBe(false);
  });
}
