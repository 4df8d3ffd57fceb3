import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import { systemClock } from '../../system/clock.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { createReviews, type Reviews, type TokenHolder } from './reviews.ts';

let server: FakeApiServer;
let connection: Connection;
let reviews: Reviews;
beforeEach(async () => {
  server = await fakeApiServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
  reviews = createReviews(createApi(connection, systemClock));
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const TOKEN = 'alice.secret.token';
const user = { username: 'alice', uid: 'u1', groups: ['oncall'], extra: { 'example.com/team': ['shop'] } };
const alice: TokenHolder = user;
const says = (told: unknown) => server.answer((_seen, response) => json(response, { kind: 'AnyReview', status: told }, 201));

describe('a token review', () => {
  it('asks for one audience, and gives whom the token stands for', async () => {
    says({ authenticated: true, user, audiences: ['kubemend'] });
    expect(await reviews.holderOf(TOKEN, 'kubemend')).toEqual(alice);
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/tokenreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: TOKEN, audiences: ['kubemend'] } },
      },
    ]);
    expect(server.seen[0]?.headers.authorization).toBe('Bearer own');
  });

  it.each([
    ['is not authenticated', { user: {}, error: 'invalid bearer token' }],
    ['says false', { authenticated: false, user, audiences: ['kubemend'] }],
    ['says "true" in a text', { authenticated: 'true', user, audiences: ['kubemend'] }],
    ['names no audience, as a server does that knows none', { authenticated: true, user }],
    ['names another audience', { authenticated: true, user, audiences: ['https://kubernetes.default.svc'] }],
    ['names the audience in a text', { authenticated: true, user, audiences: 'kubemend' }],
    ['names nobody', { authenticated: true, user: { groups: ['system:masters'] }, audiences: ['kubemend'] }],
    ['names an empty user', { authenticated: true, user: { username: '' }, audiences: ['kubemend'] }],
    ['has no status', undefined],
    ['is a list', []],
  ])('that %s is of nobody', async (_name, told) => {
    says(told);
    expect(await reviews.holderOf(TOKEN, 'kubemend')).toBeUndefined();
  });
});

describe('an access review', () => {
  const approve = { group: 'kubemend.dev', resource: 'incidents', subresource: 'approval', verb: 'update' };

  it('asks with everything that is known of the user, in one namespace or in the whole cluster', async () => {
    says({ allowed: true });
    expect(await reviews.isAllowed(alice, { ...approve, namespace: 'shop' })).toBe(true);
    await reviews.isAllowed(alice, { ...approve, namespace: undefined });
    const spec = { user: 'alice', uid: 'u1', groups: ['oncall'], extra: { 'example.com/team': ['shop'] } };
    expect(server.seen.map(({ body }) => body)).toEqual([
      expect.objectContaining({ kind: 'SubjectAccessReview', spec: { ...spec, resourceAttributes: { ...approve, namespace: 'shop' } } }),
      expect.objectContaining({ spec: { ...spec, resourceAttributes: approve } }),
    ]);
  });

  it.each([
    ['says no', { allowed: false }],
    ['says yes and no', { allowed: true, denied: true }],
    ['says "true" in a text', { allowed: 'true' }],
    ['could not be evaluated', { allowed: false, evaluationError: 'role not found' }],
    ['has no status', undefined],
  ])('that %s is a no', async (_name, told) => {
    says(told);
    expect(await reviews.isAllowed(alice, { ...approve, namespace: 'shop' })).toBe(false);
  });
});

it.each([401, 403, 404, 422, 429, 500, 503])('with the answer %d nobody can say, and the token is not in the error', async (code) => {
  server.answer((_seen, response) => status(response, code, 'no'));
  const asked = reviews.holderOf(TOKEN, 'kubemend');
  await expect(asked).rejects.toMatchObject({
    code: 'cluster-unreachable',
    message: expect.stringMatching(/manifests --identity kubernetes/),
  });
  await expect(asked).rejects.not.toThrow(TOKEN);
  await expect(reviews.isAllowed(alice, { group: 'g', resource: 'r', verb: 'get', namespace: 'n' })).rejects.toMatchObject({
    code: 'cluster-unreachable',
  });
});

it('without an answer nobody can say', async () => {
  server.answer((_seen, response) => response.destroy());
  await expect(reviews.holderOf(TOKEN, 'kubemend')).rejects.toMatchObject({ code: 'cluster-unreachable' });
});
