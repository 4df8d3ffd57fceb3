import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import type { Clock } from '../../../core/ports.ts';
import { systemClock } from '../../system/clock.ts';
import { type Api, createApi, unreachable } from './api.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { type Connection, connect } from './connection.ts';
import { createRateLimit } from './rate-limit.ts';

let server: FakeApiServer;
let connection: Connection;
let api: Api;
/** Sleeps in no time and remembers how long it should have been. */
let slept: number[];
const hasty: Clock = {
  now: () => Date.now() + slept.reduce((sum, ms) => sum + ms, 0),
  sleep: async (ms) => void slept.push(ms),
};

beforeEach(async () => {
  slept = [];
  server = await fakeApiServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
  api = createApi(connection, hasty, () => 0.5);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** Fails the first `times` requests, then answers. */
function failFirst(times: number, code: number, headers: Record<string, string> = {}): void {
  server.answer((_seen, response) =>
    server.seen.length <= times ? status(response, code, 'no', { headers }) : json(response, { ok: true }),
  );
}

describe('a read', () => {
  test.each([500, 503, 429, 401])('is tried again after a %d', async (code) => {
    failFirst(2, code);
    expect(await api.read({ path: '/x' })).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
  });

  test('is tried again after a reset', async () => {
    server.answer((_seen, response) => (server.seen.length === 1 ? void response.socket?.resetAndDestroy() : json(response, { ok: true })));
    expect(await api.read({ path: '/x' })).toEqual({ ok: true });
  });

  test('is tried no more than three times', async () => {
    failFirst(9, 503);
    await expect(api.read({ path: '/x' })).rejects.toMatchObject({ status: 503 });
    expect(server.seen).toHaveLength(3);
  });

  test.each([400, 403, 404, 410])('is not tried again after a %d', async (code) => {
    failFirst(9, code);
    await expect(api.read({ path: '/x' })).rejects.toMatchObject({ status: code });
    expect(server.seen).toHaveLength(1);
  });

  test('waits as long as Retry-After asks, and gives up at once when that is past its deadline', async () => {
    failFirst(1, 429, { 'retry-after': '2' });
    await api.read({ path: '/x' });
    expect(slept).toEqual([2_000]);
    failFirst(9, 429, { 'retry-after': '60' });
    await expect(api.read({ path: '/x' })).rejects.toMatchObject({ status: 429, retryAfterMs: 60_000 });
    expect(slept).toEqual([2_000]);
  });

  test('has a deadline', async () => {
    server.answer(() => undefined);
    await expect(api.read({ path: '/x', deadlineMs: 60 })).rejects.toThrow('no answer within');
  });

  test('is refused at once while the server does not answer, and let through to look again', async () => {
    let now = 1_000;
    const still = createApi(connection, { now: () => now, sleep: async () => undefined }, () => 0.5);
    server.answer((_seen, response) => void response.socket?.resetAndDestroy());
    for (let n = 0; n < 5; n += 1) await expect(still.read({ path: '/x' })).rejects.toThrow();
    const { length } = server.seen;
    await expect(still.read({ path: '/x' })).rejects.toThrow(/not sent, for the API server failed last with: .*no answer/);
    expect(server.seen).toHaveLength(length);
    server.answer((_seen, response) => json(response, { ok: true }));
    now += 3_000;
    expect(await still.read({ path: '/x' })).toEqual({ ok: true });
    expect(await still.read({ path: '/x' })).toEqual({ ok: true });
  });
});

describe('a send', () => {
  test('gives the answer of whatever status, and is never repeated', async () => {
    failFirst(9, 503, { 'retry-after': '0' });
    expect(await api.send({ method: 'POST', path: '/x', body: {} })).toMatchObject({ status: 503, retryAfterMs: 0 });
    expect(server.seen).toHaveLength(1);
  });

  test('goes out at once, whatever the rate limit and the breaker say', async () => {
    server.answer((_seen, response) => void response.socket?.resetAndDestroy());
    for (let n = 0; n < 8; n += 1) await api.readOnce({ path: '/x' }).catch(() => undefined);
    server.answer((_seen, response) => json(response, {}, 201));
    expect(await api.send({ method: 'POST', path: '/x', body: {} })).toMatchObject({ status: 201 });
  });
});

test('forty reads go at once, then twenty a second', async () => {
  let now = 0;
  const waits: number[] = [];
  const limit = createRateLimit({ now: () => now, sleep: async (ms) => void waits.push(ms) }, 20, 40);
  for (let n = 0; n < 42; n += 1) await limit();
  expect(waits).toEqual([50, 100]);
  now = 10_000;
  await limit();
  expect(waits).toHaveLength(2);
  now = -3_600_000;
  await limit();
  expect(waits).toHaveLength(2);
});

test('an open breaker lets one probe through in three seconds, and any success closes it', () => {
  let now = 0;
  const breaker = createCircuitBreaker({ now: () => now });
  for (let n = 0; n < 5; n += 1) breaker.failed();
  expect(breaker.admits()).toBe(false);
  now = 3_000;
  expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  breaker.succeeded();
  expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
});

test('the core is told of a refusal by its own code, and of all else that nobody can say', async () => {
  failFirst(9, 403);
  const [refused] = await Promise.allSettled([api.read({ path: '/x' })]);
  expect(unreachable(refused?.status === 'rejected' ? refused.reason : undefined)).toMatchObject({ code: 'cluster-refused' });
  expect(unreachable(new Error('odd'))).toMatchObject({ code: 'cluster-unreachable', message: expect.stringContaining('doctor') });
});
