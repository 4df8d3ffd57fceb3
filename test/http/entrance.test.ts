import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { IdentitySource } from '../../src/app/identity/identity.ts';
import { CoreError } from '../../src/core/errors.ts';
import { httpApp } from '../../src/http/start-http.ts';
import { anEntrance } from './an-entrance.ts';

const nobody = { clientCertificate: false };

describe('without any identity configured', () => {
  async function unguarded(host: string) {
    const { parts, routes } = await anEntrance();
    const { identity, ...rest } = parts;
    return httpApp(routes, rest, { host, port: 0, webhook: nobody });
  }

  it('the API is closed to everybody, and says how to open it', async () => {
    const app = await unguarded('127.0.0.1');
    const { routes } = await anEntrance();
    for (const { method, url, rule } of routes.filter((route) => typeof route.rule !== 'string')) {
      if (typeof rule !== 'string' && rule.openOnLoopback) continue;
      const answer = await app.inject({ method, url, headers: { authorization: 'Bearer anything-at-all-really' } });
      expect(answer.statusCode, `${method} ${url}`).toBe(401);
      expect(answer.json()).toMatchObject({ where: 'http.tokenFile and http.identity', mend: expect.stringContaining('token new') });
    }
  });

  it.each([
    ['127.0.0.1', '127.0.0.1:8080', 200],
    ['127.0.0.1', 'localhost:8080', 200],
    ['::1', '[::1]:8080', 200],
    ['127.0.0.1', 'evil.example.com', 401],
    ['127.0.0.1', 'localhost.evil.example.com:8080', 401],
    ['0.0.0.0', '127.0.0.1:8080', 401],
    ['10.1.2.3', '10.1.2.3:8080', 401],
  ])('metrics on %s asked for as %s are answered %i', async (listensOn, host, status) => {
    const app = await unguarded(listensOn);
    expect((await app.inject({ url: '/metrics', headers: { host } })).statusCode).toBe(status);
  });

  it.each(['/healthz', '/readyz', '/api/v1/openapi.json'])('anybody may ask for %s', async (url) => {
    expect((await (await unguarded('0.0.0.0')).inject({ url })).statusCode).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/healthz', '/api/v1/incidents', '/nowhere', '/api/v1/incidents/%2e%2e'])(
    'of %s is not kept, framed, or shared with other origins',
    async (url) => {
      const { ask, as } = await anEntrance();
      const { headers } = await ask('GET', url, { ...as('viewer'), origin: 'https://evil.example.com' });
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      });
      expect(Object.keys(headers).filter((name) => /^(access-control-|set-cookie|server|x-powered-by)/.test(name))).toEqual([]);
    },
  );

  it('to a body that does not fit names where', async () => {
    const { ask, as } = await anEntrance();
    const answer = await ask('POST', '/api/v1/pauses', as('admin'), { scope: 'cluster', reason: 'x', __proto__: null, extra: 1 });
    expect(answer).toMatchObject({ status: 400, body: { error: 'what was sent does not fit', where: expect.stringContaining('extra') } });
  });

  it('to a body that is longer than anybody would write is 413', async () => {
    const { ask, as } = await anEntrance();
    const answer = await ask('POST', '/api/v1/pauses', as('admin'), { scope: 'cluster', reason: 'x'.repeat(70_000) });
    expect(answer).toMatchObject({ status: 413, body: { where: 'more than 65536 bytes' } });
  });

  it('is 503 when the store fails or nobody can say who asks, without details for strangers', async () => {
    const unreachable = async () => Promise.reject(new CoreError('cluster-unreachable', 'https://10.0.0.1:6443 said nothing'));
    const deaf = await anEntrance({ identity: { identify: unreachable } });
    const answer = await deaf.ask('GET', '/api/v1/incidents', deaf.as('viewer'));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(answer.text).not.toContain('10.0.0.1');
    const unsure = await anEntrance({ identity: { identify: async () => ({ name: 'user:x', may: unreachable }) } });
    expect((await unsure.ask('GET', '/api/v1/incidents', unsure.as('viewer'))).status).toBe(503);
    const { ask, as, store } = await anEntrance();
    await store.close();
    expect(await ask('GET', '/api/v1/incidents', as('viewer'))).toMatchObject({ status: 503, body: { error: 'the store fails' } });
  });
});

describe('whoever guesses tokens', () => {
  const wrong = { authorization: `Bearer ${'w'.repeat(40)}` };

  it('has to wait after twenty wrong ones from one address, and no question is asked meanwhile', async () => {
    let asked = 0;
    const countAndDeny = async () => {
      asked += 1;
      return undefined;
    };
    const identity: IdentitySource = { identify: countAndDeny };
    const { ask, clock } = await anEntrance({ identity });
    const statuses = [];
    for (let n = 0; n < 30; n += 1) statuses.push((await ask('GET', '/api/v1/incidents', wrong)).status);
    expect(statuses).toEqual([...Array(20).fill(401), ...Array(10).fill(429)]);
    expect(asked).toBe(20);
    expect((await ask('GET', '/api/v1/incidents', wrong)).headers['retry-after']).toBe('60');
    clock.advance(60_000);
    expect((await ask('GET', '/api/v1/incidents', wrong)).status).toBe(401);
  });

  it('does not lock out a person of the same address whose token was right before', async () => {
    const { ask, as } = await anEntrance();
    expect((await ask('GET', '/api/v1/incidents', as('viewer'))).status).toBe(200);
    for (let n = 0; n < 30; n += 1) await ask('GET', '/api/v1/incidents', wrong);
    expect((await ask('GET', '/api/v1/incidents', as('viewer'))).status).toBe(200);
    expect((await ask('GET', '/api/v1/incidents', as('admin'))).status).toBe(429);
  });

  it('cannot have more than 64 tokens asked about at once', async () => {
    let open = 0;
    const identify = async () => {
      open += 1;
      await delay(50);
      return undefined;
    };
    const { ask } = await anEntrance({ identity: { identify } });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask('GET', '/api/v1/incidents', wrong)));
    expect(open).toBe(64);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(36);
  });
});

describe('the metrics', () => {
  it('have a HELP and a TYPE for each figure, and begin at zero', async () => {
    const { ask, as } = await anEntrance();
    const { text, headers } = await ask('GET', '/metrics', as('viewer'));
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('kubemend_acts_total{action="scale-up",kind="act"} 0');
    expect(text).toContain('kubemend_guard_objections_total{guard="mode",verdict="deny"} 0');
    expect(text).toContain('kubemend_incidents_open{phase="asked"} 2');
    expect(text).toContain('kubemend_cluster_cache_age_seconds{kind="Pod"} 1.5');
    expect(text).not.toContain('kind="Node"');
    expect(text).toMatch(/^kubemend_leader 1$/m);
    expect(text).toMatch(/^kubemend_pauses 2$/m);
    expect(text).toMatch(/^process_cpu_user_seconds_total /m);
    const names = [...text.matchAll(/^(kubemend_\w+?)(?:_bucket|_sum|_count)?[ {]/gm)].map(([, name = '']) => name);
    for (const name of new Set(names)) expect(text).toMatch(new RegExp(`^# HELP ${name} \\S.*\\.\\n# TYPE ${name} `, 'm'));
  });

  it('count wrong tokens', async () => {
    const { ask, as } = await anEntrance();
    await ask('GET', '/metrics', { authorization: 'Bearer wrong-wrong-wrong-wrong' });
    expect((await ask('GET', '/metrics', as('viewer'))).text).toContain('kubemend_http_authentication_failures_total{reason="unknown"} 1');
  });

  it('say that the store fails, and tell the rest', async () => {
    const { ask, as, store } = await anEntrance();
    await store.close();
    const { text } = await ask('GET', '/metrics', as('viewer'));
    expect(text).toMatch(/^kubemend_store_up 0$/m);
    expect(text).toMatch(/^kubemend_leader 1$/m);
    expect(text).not.toMatch(/^kubemend_(incidents_open|pauses)[ {]/m);
  });
});
