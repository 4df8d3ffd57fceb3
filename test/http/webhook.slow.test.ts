import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openSqliteStore } from '../../src/adapters/store/sqlite/sqlite-store.ts';
import type { Receipt } from '../../src/app/alerts/alert-intake.ts';
import type { Credentials } from '../../src/app/http-config.ts';
import type { Readiness } from '../../src/app/readiness.ts';
import { Secret } from '../../src/app/secret.ts';
import { CoreError } from '../../src/core/errors.ts';
import { httpApp, startHttp } from '../../src/http/start-http.ts';
import { temporaryDirectory } from '../contracts/temporary-directory.ts';
import { notification } from '../fakes/alerts.ts';
import { fakeClock } from '../fakes/clock.ts';
import { partsAround } from './an-entrance.ts';

const clock = fakeClock();
const TOKEN = 'a-token-of-some-length';
const nobody: Credentials = { clientCertificate: false };
const byToken: Credentials = { bearer: new Secret(TOKEN), clientCertificate: false };
const taken: Receipt = { is: 'taken', accepted: 0, repeated: 0, ignored: [], truncated: 0 };
const body = JSON.stringify(notification([]));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const aStore = () => openSqliteStore({ stateDir: temporaryDirectory(), clock });

/** A real server on loopback whose intake answers so; `heard` is what reached the intake. */
async function aServer(webhook = byToken, answer: () => Promise<Receipt> = async () => taken, ready = true) {
  const heard: unknown[] = [];
  const readiness = async (): Promise<Readiness> => ({ ready, role: 'observer', synced: ready, store: 'works' });
  const take = (payload: unknown) => {
    heard.push(payload);
    return answer();
  };
  const parts = { ...partsAround(aStore(), clock), intake: { take }, readiness };
  const door = await startHttp(parts, { host: '127.0.0.1', port: 0, webhook });
  stops.push(door.stop);
  const post = async (headers: Readonly<Record<string, string>> = {}, text: string = body, path = '/webhook/alertmanager') => {
    const response = await fetch(door.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return { url: door.url, post, heard };
}
const bearer = { authorization: `Bearer ${TOKEN}` };

describe('the webhook', () => {
  it('hands a notification to the intake, at both of its addresses', async () => {
    const { post, heard } = await aServer();
    expect(await post(bearer)).toMatchObject({ status: 200, body: { accepted: 0, ignored: [] } });
    expect(await post(bearer, body, '/webhook')).toMatchObject({ status: 200 });
    expect(heard).toEqual([JSON.parse(body), JSON.parse(body)]);
  });

  it.each<[string, { status: number; error: RegExp }, { text: string; headers?: Record<string, string> }]>([
    ['what is not JSON', { status: 400, error: /not JSON/ }, { text: '{"version":' }],
    ['an empty body', { status: 400, error: /not JSON/ }, { text: '' }],
    ['another content type', { status: 415, error: /type that is not taken/ }, { text: body, headers: { 'content-type': 'text/plain' } }],
    ['a compressed body', { status: 415, error: /compressed/ }, { text: body, headers: { 'content-encoding': 'gzip' } }],
    ['more than 1 MiB', { status: 413, error: /too large/ }, { text: ' '.repeat(1024 * 1024 + 1) }],
  ])('refuses %s, saying what, where and how to mend it', async (_, { status, error }, { text, headers }) => {
    const { post, heard } = await aServer();
    const answer = await post({ ...bearer, ...headers }, text);
    expect(answer).toMatchObject({
      status,
      body: { error: expect.stringMatching(error), where: expect.any(String), mend: expect.any(String) },
    });
    expect(heard).toEqual([]);
  });

  it('refuses what is no notification with 422 and the path of the fault', async () => {
    const { post } = await aServer(byToken, async () => ({ is: 'malformed', faults: ['alerts.0.startsAt: broken'] }));
    expect(await post(bearer)).toMatchObject({ status: 422, body: { where: 'alerts.0.startsAt: broken' } });
  });

  it('answers 503 when it is full or the store fails, so that Alertmanager sends it again', async () => {
    const full = await aServer(byToken, async () => ({ is: 'busy', why: 'too much waits' }));
    expect(await full.post(bearer)).toMatchObject({ status: 503, body: { error: 'too much waits' } });
    const broken = await aServer(byToken, async () => Promise.reject(new CoreError('store-failed', 'disk full at /secret/path')));
    const answer = await broken.post(bearer);
    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).not.toContain('/secret/path');
  });

  it('answers 404 as JSON where there is nothing', async () => {
    const { url, post } = await aServer();
    expect(await post(bearer, body, '/nothing?token=x')).toMatchObject({ status: 404, body: { where: 'POST /nothing' } });
    expect((await fetch(`${url}/webhook`)).status).toBe(404);
  });
});

describe('a sender', () => {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const byPassword: Credentials = { basic: { user: 'am', password: new Secret('pass:word-of-length') }, clientCertificate: false };

  it.each<[string, Credentials, string]>([
    ['a bearer token', byToken, `Bearer ${TOKEN}`],
    ['a bearer token, the scheme in small letters', byToken, `bearer ${TOKEN}`],
    ['user and password', byPassword, basic('am', 'pass:word-of-length')],
  ])('is let in with %s', async (_, webhook, authorization) => {
    expect((await (await aServer(webhook)).post({ authorization })).status).toBe(200);
  });

  it.each<[string, Credentials, Record<string, string>]>([
    ['nothing', byToken, {}],
    ['an empty token', byToken, { authorization: 'Bearer ' }],
    ['a wrong token', byToken, { authorization: `Bearer ${TOKEN}x` }],
    ['the beginning of the token', byToken, { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['the token under another scheme', byToken, { authorization: `Basic ${TOKEN}` }],
    ['the token twice', byToken, { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
    ['the token in a header of its own', byToken, { 'x-token': TOKEN }],
    ['a signature where none is configured', byToken, { 'x-kubemend-signature': 'sha256=00', 'x-kubemend-timestamp': '1700000000' }],
    ['a wrong password', byPassword, { authorization: basic('am', 'wrong') }],
    ['another user', byPassword, { authorization: basic('root', 'pass:word-of-length') }],
    ['no password', byPassword, { authorization: `Basic ${Buffer.from('am').toString('base64')}` }],
    ['no certificate where one is asked for', { clientCertificate: true }, {}],
  ])('is refused with %s', async (_, webhook, headers) => {
    const { post, heard } = await aServer(webhook);
    const answer = await post(headers, 'not even JSON');
    expect(answer).toMatchObject({ status: 401, body: { mend: expect.stringContaining('bearer token') } });
    expect(answer.headers.get('www-authenticate')).toMatch(/Bearer|Basic/);
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
    expect(heard).toEqual([]);
  });

  it('needs to prove nothing where nothing is configured', async () => {
    expect((await (await aServer(nobody)).post()).status).toBe(200);
  });
});

describe('a signature', () => {
  const KEY = 'a-key-for-other-senders';
  const bySignature: Credentials = { hmac: new Secret(KEY), clientCertificate: false };
  const now = String(clock.now() / 1000);
  const sign = (stamp: string, text = body, key = KEY) => ({
    'x-kubemend-timestamp': stamp,
    'x-kubemend-signature': `sha256=${createHmac('sha256', key).update(`${stamp}.${text}`).digest('hex')}`,
  });

  it('lets in what was signed within five minutes', async () => {
    const { post } = await aServer(bySignature);
    for (const shift of [0, -299, 299]) expect((await post(sign(String(Number(now) + shift)))).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['by another key', sign(now, body, 'another-key-of-length')],
    ['over another body', sign(now, `${body} `)],
    ['more than five minutes ago', sign(String(Number(now) - 301))],
    ['in the future', sign(String(Number(now) + 301))],
    ['at another time than it says', { ...sign(String(Number(now) - 9_000)), 'x-kubemend-timestamp': now }],
    [
      'over the body alone',
      { 'x-kubemend-timestamp': now, 'x-kubemend-signature': `sha256=${createHmac('sha256', KEY).update(body).digest('hex')}` },
    ],
    ['without a time', { 'x-kubemend-signature': sign(now)['x-kubemend-signature'] }],
    ['without its algorithm', { ...sign(now), 'x-kubemend-signature': sign(now)['x-kubemend-signature'].slice(7) }],
  ])('is refused when it was made %s', async (_, headers) => {
    const { post, heard } = await aServer(bySignature);
    expect((await post(headers)).status).toBe(401);
    expect(heard).toEqual([]);
  });
});

describe('health', () => {
  it('is told to anybody: alive always, ready only when it is', async () => {
    const { url } = await aServer(byToken, undefined, false);
    const live = await fetch(`${url}/healthz`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'alive' }]);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, role: 'observer', synced: false, store: 'works' }]);
    expect((await fetch(`${(await aServer()).url}/readyz`)).status).toBe(200);
  });
});

describe('a route', () => {
  const settings = { host: '127.0.0.1', port: 0, webhook: byToken };
  const route = {
    method: 'GET' as const,
    url: '/x',
    summary: 'Says x and no more.',
    answers: { 200: { description: 'An x.', schema: z.string() } },
    handle: async () => 'x',
  };

  it('for senders of alerts is closed to others whatever its method', async () => {
    const app = httpApp([{ ...route, rule: 'alert-sender' }], partsAround(aStore(), clock), settings);
    expect((await app.inject({ url: '/x' })).statusCode).toBe(401);
    expect((await app.inject({ url: '/x', method: 'HEAD' })).statusCode).toBe(404);
    await app.close();
  });
});

describe('a client that wastes time', () => {
  it('is cut off when its headers do not come, while others are served', { timeout: 15_000 }, async () => {
    const { url, post } = await aServer();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /webhook HTTP/1.1\r\nHost: x\r\n');
    const closed = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now())));
    const startedAt = performance.now();
    socket.resume();
    await delay(100);
    expect((await post(bearer)).status).toBe(200);
    expect((await closed) - startedAt).toBeLessThan(8_000);
  });

  it('is refused with headers that are too large', async () => {
    const { url } = await aServer();
    const answer = await fetch(`${url}/healthz`, { headers: { 'x-large': 'x'.repeat(17 * 1024) } });
    expect(answer.status).toBe(431);
  });
});

it('cannot be opened on an address that is taken, and says so', async () => {
  const { url } = await aServer();
  const readiness = async (): Promise<Readiness> => ({ ready: true, role: 'leader', synced: true, store: 'works' });
  const parts = { ...partsAround(aStore(), clock), readiness };
  const again = startHttp(parts, { host: '127.0.0.1', port: Number(new URL(url).port), webhook: byToken });
  await expect(again).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining('EADDRINUSE') });
});
