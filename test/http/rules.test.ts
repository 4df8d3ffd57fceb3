import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerPlan } from '../../src/app/operator.ts';
import type { Route } from '../../src/http/route.ts';
import { anEntrance, type Person, people } from './an-entrance.ts';

type Entrance = Awaited<ReturnType<typeof anEntrance>>;
type Row = readonly [
  route: string,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  statuses: Readonly<Record<Person, number>>,
  body?: unknown,
];

const statusesOf = (...all: readonly [number, number, number, number, number, number]) =>
  Object.fromEntries(Object.keys(people).map((person, index) => [person, all[index]])) as Record<Person, number>;
const everybody = statusesOf(200, 200, 200, 200, 200, 200);
const ofShop = statusesOf(404, 200, 200, 200, 200, 200);
const ofCluster = statusesOf(403, 403, 200, 403, 200, 200);
const hash = '';

/** What each person gets of each route: viewer of bank, viewer of shop, viewer, approver of shop, approver, admin. */
const table: readonly Row[] = [
  ['/api/v1/incidents', 'GET', '/api/v1/incidents', everybody],
  ['/api/v1/incidents/:id', 'GET', '/api/v1/incidents/cart', ofShop],
  ['/api/v1/incidents/:id', 'GET', '/api/v1/incidents/across', statusesOf(404, 404, 200, 404, 200, 200)],
  ['/api/v1/incidents/:id', 'GET', '/api/v1/incidents/machine', statusesOf(404, 404, 200, 404, 200, 200)],
  ['/api/v1/incidents/:id', 'GET', '/api/v1/incidents/nothing', statusesOf(404, 404, 404, 404, 404, 404)],
  ['/api/v1/incidents/:id/plan', 'GET', '/api/v1/incidents/cart/plan', ofShop],
  ['/api/v1/incidents/:id/approval', 'POST', '/api/v1/incidents/cart/approval', statusesOf(404, 403, 403, 201, 201, 201), hash],
  ['/api/v1/incidents/:id/approval', 'POST', '/api/v1/incidents/across/approval', statusesOf(404, 404, 403, 404, 201, 201), hash],
  ['/api/v1/incidents/:id/undo', 'POST', '/api/v1/incidents/done/undo', statusesOf(404, 403, 403, 200, 409, 409), { actionId: 'act-1' }],
  ['/api/v1/pauses', 'GET', '/api/v1/pauses', everybody],
  ['/api/v1/pauses', 'POST', '/api/v1/pauses', statusesOf(403, 403, 403, 201, 201, 201), { scope: 'namespace:shop', reason: 'fire' }],
  ['/api/v1/pauses', 'POST', '/api/v1/pauses', statusesOf(403, 403, 403, 403, 403, 201), { scope: 'cluster', reason: 'fire' }],
  ['/api/v1/pauses', 'POST', '/api/v1/pauses', statusesOf(403, 403, 403, 403, 403, 201), { scope: 'node:node-1', reason: 'fire' }],
  ['/api/v1/pauses/:scope', 'DELETE', '/api/v1/pauses/namespace:shop', statusesOf(403, 403, 403, 200, 404, 404)],
  ['/api/v1/pauses/:scope', 'DELETE', '/api/v1/pauses/cluster', statusesOf(403, 403, 403, 403, 403, 200)],
  ['/api/v1/audit', 'GET', '/api/v1/audit', everybody],
  ['/api/v1/audit', 'GET', '/api/v1/audit?incident=cart', ofShop],
  ['/api/v1/audit/verification', 'GET', '/api/v1/audit/verification', ofCluster],
  ['/metrics', 'GET', '/metrics', ofCluster],
];

/** Where an entrance answers somebody otherwise than the table says. */
async function faultsOf(entrance: Entrance): Promise<string[]> {
  const found: string[] = [];
  for (const [, method, url, statuses, body] of table)
    for (const [person, status] of Object.entries(statuses) as [Person, number][]) {
      const answer = await entrance.ask(method, url, entrance.as(person), await bodyFor(entrance, url, body));
      if (answer.status !== status) found.push(`${method} ${url} as ${person}: ${answer.status}, not ${status}`);
    }
  return found;
}

async function bodyFor({ store }: Entrance, url: string, body: unknown): Promise<unknown> {
  if (body !== hash) return body;
  const incident = await store.incident(url.split('/')[4] ?? '');
  return { decision: 'approve', planHash: incident?.plan?.hash };
}

describe('the rules', () => {
  it('let everybody do what their role allows where they have it, and nothing else', async () => {
    expect(await faultsOf(await anEntrance())).toEqual([]);
  });

  it('would be seen to fail if namespaces made no difference', async () => {
    const real = await anEntrance();
    const identity = {
      identify: async (bearer: string) => {
        const known = await real.parts.identity?.identify(bearer);
        return (
          known && {
            ...known,
            may: async (role: 'viewer' | 'approver' | 'admin') => (await known.may(role, 'shop')) || known.may(role, 'bank'),
          }
        );
      },
    };
    const faults = await faultsOf({ ...(await anEntrance({ identity })), as: real.as });
    expect(faults).toContain('GET /api/v1/incidents/cart as viewer of bank: 200, not 404');
    expect(faults).toContain('GET /metrics as viewer of shop: 200, not 403');
  });

  it('are in the table for every route of the API', async () => {
    const { routes } = await anEntrance();
    const ruled = routes.filter(({ rule }) => typeof rule !== 'string').map(({ method, url }) => `${method} ${url}`);
    const tested = new Set(table.map(([route, method]) => `${method} ${route}`));
    expect(ruled.filter((name) => !tested.has(name))).toEqual(['GET /api/v1/changes']); // a stream: test/http/changes.slow.test.ts
  });

  it('answer as the routes say that they do', async () => {
    const { routes, ask, as, ...rest } = await anEntrance();
    for (const [name, method, url, , body] of table) {
      const answer = await ask(method, url, as('admin'), await bodyFor({ routes, ask, as, ...rest }, url, body));
      const declared = routes.find((route) => route.url === name && route.method === method)?.answers[answer.status];
      if (answer.status < 300) expect(() => declared?.schema.parse(answer.body ?? answer.text), `${method} ${url}`).not.toThrow();
      if (answer.status < 300) expect(declared, `${method} ${url}`).toBeDefined();
    }
  });
});

describe('who asks', () => {
  const faults: Readonly<Record<string, (good: string, expired: string) => Readonly<Record<string, string>>>> = {
    'no token': () => ({}),
    'an empty header': () => ({ authorization: '' }),
    'a scheme without a token': () => ({ authorization: 'Bearer' }),
    'a scheme and spaces': () => ({ authorization: 'Bearer    ' }),
    'a token without a scheme': (good) => ({ authorization: good }),
    'another scheme': (good) => ({ authorization: `Basic ${Buffer.from(`admin:${good}`).toString('base64')}` }),
    'two tokens': (good) => ({ authorization: `Bearer ${good} ${good}` }),
    'two tokens and a comma': (good) => ({ authorization: `Bearer x, Bearer ${good}` }),
    'a token that nobody has': () => ({ authorization: `Bearer kubemend_${'A'.repeat(43)}` }),
    'a token that has expired': (_good, expired) => ({ authorization: `Bearer ${expired}` }),
    'a token that is cut short': (good) => ({ authorization: `Bearer ${good.slice(0, -1)}` }),
    'a token with a letter more': (good) => ({ authorization: `Bearer ${good}A` }),
    'a token in other letters': (good) => ({ authorization: `Bearer ${good.toUpperCase()}` }),
    'the token in a cookie': (good) => ({ cookie: `token=${good}` }),
    'the token in another header': (good) => ({ 'x-forwarded-authorization': `Bearer ${good}`, 'proxy-authorization': `Bearer ${good}` }),
  };

  it.each(Object.keys(faults))('is refused with %s, at every route of the API, and changes nothing', async (fault) => {
    const { ask, tokens, store, clock } = await anEntrance();
    const before = await store.audit({});
    const headers = faults[fault]?.(tokens.admin, tokens.expired) ?? {};
    for (const [, method, url, , body] of table) {
      clock.advance(60_000); // or too many wrong tokens would be the reason
      const answer = await ask(
        method,
        url,
        headers,
        body === undefined ? undefined : { decision: 'approve', planHash: 'x', scope: 'cluster' },
      );
      expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.stringMatching(/^Bearer realm="kubemend"/) } });
      expect(answer.body).toEqual({
        error: expect.any(String),
        where: 'header Authorization',
        mend: expect.stringContaining('http-api.md'),
      });
    }
    expect((await ask('GET', `/api/v1/changes?access_token=${tokens.admin}`, headers)).status).toBe(401);
    expect(await store.audit({})).toEqual(before);
  });

  it('may write the scheme in any letters', async () => {
    const { ask, tokens } = await anEntrance();
    expect((await ask('GET', '/api/v1/incidents', { authorization: `bEARER  ${tokens.viewer}` })).status).toBe(200);
  });
});

/** Tries to have a plan approved that was not shown. */
async function attack({ ask, as, store }: Entrance, body: unknown): Promise<number> {
  const answer = await ask('POST', '/api/v1/incidents/cart/approval', as('admin'), body);
  const plan = (await store.incident('cart'))?.plan?.hash ?? '';
  expect(answer.status < 300).toBe((await store.approval(plan)) !== undefined);
  return answer.status;
}

describe('an approval', () => {
  it('is refused for any other plan than the one that the incident asks about', async () => {
    const entrance = await anEntrance();
    const hashOf = (await entrance.store.incident('cart'))?.plan?.hash ?? '';
    const near = fc.constantFrom(hashOf.toUpperCase(), ` ${hashOf}`, hashOf.slice(0, -1), `${hashOf}0`, hashOf.slice(0, 16), '', '*');
    const planHash = fc.oneof(near, fc.string(), fc.jsonValue());
    const body = fc.oneof(
      fc.record({ decision: fc.constantFrom('approve', 'deny'), planHash }),
      fc.record({ decision: fc.jsonValue(), planHash }),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        expect([400, 409]).toContain(await attack(entrance, sent));
      }),
      { numRuns: 500 },
    );
    expect(await attack(entrance, { decision: 'approve', planHash: hashOf })).toBe(201);
  });

  it('would be seen to fail if the hash made no difference', async () => {
    const careless = (all: readonly Route[]) =>
      all.map((route) => (route.url.endsWith('/approval') ? { ...route, handle: carelessly } : route));
    const entrance = await anEntrance({ routes: careless });
    async function carelessly(): Promise<unknown> {
      return answerPlan('cart', 'approved', { store: entrance.store, clock: entrance.clock, by: 'user:careless' });
    }
    expect(await attack(entrance, { decision: 'approve', planHash: 'another' })).toBe(200);
  });

  it('carries the name of who gave it, in the approval and in the audit chain', async () => {
    const { ask, as, store } = await anEntrance();
    const planHash = (await store.incident('cart'))?.plan?.hash;
    const answer = await ask('POST', '/api/v1/incidents/cart/approval', as('approver of shop'), {
      decision: 'deny',
      planHash,
      expiresInMs: 60_000,
    });
    expect(answer).toMatchObject({ status: 201, body: { decision: 'denied', by: 'user:approver-of-shop', planHash } });
    expect(answer.body.expiresAt - answer.body.at).toBe(60_000);
    expect((await store.audit({})).at(-1)?.entry).toMatchObject({ what: 'approval', actor: 'user:approver-of-shop', incidentId: 'cart' });
  });

  it.each([0, -1, 999, 3_600_001, 1.5, '60000', null])('is refused with an expiry of %s', async (expiresInMs) => {
    const { ask, as, store } = await anEntrance();
    const planHash = (await store.incident('cart'))?.plan?.hash;
    const answer = await ask('POST', '/api/v1/incidents/cart/approval', as('admin'), { decision: 'approve', planHash, expiresInMs });
    expect(answer).toMatchObject({ status: 400, body: { where: expect.stringContaining('body.expiresInMs') } });
  });

  it('is refused when nothing is asked', async () => {
    const { ask, as } = await anEntrance();
    const answer = await ask('POST', '/api/v1/incidents/done/approval', as('admin'), { decision: 'approve', planHash: 'x' });
    expect(answer).toMatchObject({ status: 409, body: { error: expect.stringContaining('it asks nothing now') } });
  });
});
