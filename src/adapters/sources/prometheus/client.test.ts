import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakePrometheus, fakePrometheus, type PrometheusAnswerer, refuse, vector } from '../../../../test/fakes/prometheus-server.ts';
import type { PrometheusAccess } from './access.ts';
import { openClient, type PrometheusClient } from './client.ts';

let server: FakePrometheus;
let client: PrometheusClient;
const limits = { deadlineMs: 2_000, maxBytes: 10_000, sockets: 2 };
const question = { query: 'up', at: 1_700_000_000_000, lookbackMs: 300_000 };

beforeEach(async () => {
  server = await fakePrometheus();
  client = openClient({ url: server.url }, limits);
});
afterEach(async () => {
  await client.close();
  await server.leave();
});

function withAccess(access: Partial<PrometheusAccess>, deadlineMs = limits.deadlineMs): void {
  client = openClient({ url: server.url, ...access }, { ...limits, deadlineMs });
}

describe('a question', () => {
  it('says when, how old a sample may be, and when to give up', async () => {
    await client.instant(question);
    expect(server.asked).toHaveLength(1);
    expect(Object.fromEntries(server.asked[0]?.parameters ?? [])).toEqual({
      query: 'up',
      time: '1700000000',
      lookback_delta: '300',
      timeout: '2000ms',
    });
  });

  it('goes below the path of the address, and is posted only when it is long', async () => {
    withAccess({ url: `${server.url}/tenant/a/` });
    await client.instant(question);
    await client.instant({ ...question, query: `up{pod=~"${'x'.repeat(7_000)}"}` });
    expect(server.asked.map(({ path, method }) => [method, path])).toEqual([
      ['GET', '/tenant/a/api/v1/query'],
      ['POST', '/tenant/a/api/v1/query'],
    ]);
    expect(server.asked[1]?.parameters.get('query')).toHaveLength(7_011);
  });

  it('carries the headers, and the token as its file has it now', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubemend-prometheus-'));
    const bearerTokenFile = join(folder, 'token');
    withAccess({ headers: { 'X-Scope-OrgID': 'a' }, bearerTokenFile });
    await writeFile(bearerTokenFile, 'first\n');
    await client.instant(question);
    await writeFile(bearerTokenFile, 'second\n');
    await client.instant(question);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
    expect(server.asked[0]?.headers['x-scope-orgid']).toBe('a');
    await rm(folder, { recursive: true });
    await expect(client.instant(question)).rejects.toMatchObject({
      code: 'source-refused',
      message: expect.stringContaining('bearerTokenFile'),
    });
  });

  it('carries a user and the password of a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubemend-prometheus-'));
    await writeFile(join(folder, 'password'), 'pass word\n');
    withAccess({ basic: { user: 'me', passwordFile: join(folder, 'password') } });
    await client.instant(question);
    expect(server.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass word').toString('base64')}`);
    await rm(folder, { recursive: true });
  });

  it('goes through the proxy that is named', async () => {
    withAccess({ proxy: 'http://127.0.0.1:9' });
    await expect(client.instant(question)).rejects.toMatchObject({ code: 'source-unreachable' });
    expect(server.asked).toEqual([]);
  });
});

describe('an answer', () => {
  it('is read with its warnings and infos, and with what newer servers add', async () => {
    const samples = [
      [{ pod: 'a' }, 'NaN'],
      [{ pod: 'b' }, '+Inf'],
      [{ pod: 'c' }, '-Inf'],
      [{ pod: 'd' }, '1.5e-3'],
    ] as const;
    server.answer((_asked, response) =>
      vector(response, samples, { warnings: ['a store is down'], infos: ['no counter'], exemplars: [{}] }),
    );
    const { series, doubts, hints } = await client.instant(question);
    expect(series.map(({ values }) => values)).toEqual([[Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], [0.0015]]);
    expect(series.map(({ at }) => at)).toEqual([[1_700_000_000_000], [1_700_000_000_000], [1_700_000_000_000], [1_700_000_000_000]]);
    expect({ doubts, hints }).toEqual({ doubts: ['a store is down'], hints: ['no counter'] });
  });

  it('is read whatever its content type says, when it is whole', async () => {
    server.answer((_asked, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end('{"status":"success","data":{"resultType":"vector","result":[]}}'),
    );
    expect((await client.instant(question)).series).toEqual([]);
  });

  it('has no value where it is a native histogram', async () => {
    const result = [{ metric: { pod: 'a' }, histogram: [1_700_000_000, { count: '3', sum: '1', buckets: [] }] }];
    server.answer((_asked, response) => response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } })));
    expect((await client.instant(question)).series).toEqual([{ labels: { pod: 'a' }, at: [], values: [] }]);
  });

  const page: PrometheusAnswerer = (_asked, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
  it.each<[string, PrometheusAnswerer, string, RegExp]>([
    ['401', (_asked, response) => response.writeHead(401).end('who are you'), 'source-refused', /401.*does not let us in.*bearerTokenFile/],
    ['403 in words', (_asked, response) => refuse(response, 403, 'not for you'), 'source-refused', /403: not for you/],
    ['422', (_asked, response) => refuse(response, 422, 'many-to-many matching'), 'source-refused', /422: many-to-many matching/],
    ['400', (_asked, response) => refuse(response, 400, 'parse error at char 3'), 'source-refused', /400: parse error at char 3/],
    ['404', (_asked, response) => response.writeHead(404).end('nothing'), 'source-refused', /no Prometheus API.*before \/api\/v1/],
    ['302', (_asked, response) => response.writeHead(302, { location: '/login' }).end(), 'source-refused', /sends us to \/login/],
    ['429', (_asked, response) => response.writeHead(429).end(), 'source-unreachable', /429/],
    ['503', (_asked, response) => refuse(response, 503, 'query timed out'), 'source-unreachable', /503: query timed out/],
    ['a page', page, 'source-refused', /text\/html: no Prometheus API/],
    [
      'half a body',
      (_asked, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success","data":{"res'),
      'source-unreachable',
      /broke off/,
    ],
    [
      'a body that ends before its length',
      (_asked, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{"status"');
        setTimeout(() => response.destroy(), 10);
      },
      'source-unreachable',
      /no answer: .*/,
    ],
    ['a huge body', (_asked, response) => response.end('x'.repeat(20_000)), 'source-refused', /longer than .*ask for less/],
    [
      'a scalar',
      (_asked, response) => response.end('{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}'),
      'source-refused',
      /gives a scalar/,
    ],
    ['another JSON', (_asked, response) => response.end('{"status":"success","data":[]}'), 'source-refused', /holds no result/],
  ])('that is %s is an error that says where and why', async (_name, answer, code, message) => {
    server.answer(answer);
    const failure = client.instant(question);
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(failure).rejects.toThrow(server.url);
  });

  it.each<[string, PrometheusAnswerer]>([
    ['never begins', () => undefined],
    ['trickles', (_asked, response) => response.writeHead(200).write('{')],
  ])('that %s ends at the deadline', async (_name, answer) => {
    withAccess({}, 200);
    server.answer(answer);
    await expect(client.instant(question)).rejects.toMatchObject({
      code: 'source-unreachable',
      message: expect.stringContaining('within 200 ms'),
    });
  });
});

it('says where nobody listens', async () => {
  await server.leave();
  await expect(client.instant(question)).rejects.toMatchObject({
    code: 'source-unreachable',
    message: expect.stringMatching(/ECONNREFUSED.*check prometheus\.url/),
  });
  await server.comeBack();
});
