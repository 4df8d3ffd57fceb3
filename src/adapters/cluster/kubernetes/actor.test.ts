import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, type Seen, status } from '../../../../test/fakes/api-server.ts';
import { steppedClock } from '../../../../test/fakes/stepped-clock.ts';
import { systemClock } from '../../system/clock.ts';
import { type Actor, createActor } from './actor.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';

const user = 'system:serviceaccount:own:actor';
let server: FakeApiServer;
let connection: Connection;
let actor: Actor;
let isLeading: boolean;
let errors: string[];
let clock: ReturnType<typeof steppedClock>;

beforeEach(async () => {
  [isLeading, errors, clock] = [true, [], steppedClock()];
  server = await fakeApiServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message: string) => void errors.push(message),
  };
  actor = createActor({ api: createApi(connection, clock), namespace: 'own', account: 'actor', isLeading: () => isLeading, clock, log });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const asked = () => server.seen.filter((seen) => seen.path.endsWith('/serviceaccounts/actor/token'));
/** Grants tokens t1, t2, …, and takes each for `seenAs`. */
function grant(seenAs: string): void {
  server.answer((seen: Seen, response) => {
    if (seen.path.endsWith('/token'))
      return json(response, { spec: { expirationSeconds: 600 }, status: { token: `t${asked().length}` } }, 201);
    return json(response, { status: { userInfo: { username: seenAs } } }, 201);
  });
}

describe('the actor', () => {
  test('gets a short-lived token of its own account and checks whom it is taken for', async () => {
    grant(user);
    expect(await actor.token()).toBe('t1');
    expect(asked()[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/own/serviceaccounts/actor/token',
      body: { spec: { expirationSeconds: 600 } },
    });
    expect(server.seen.at(-1)).toMatchObject({
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      headers: { authorization: 'Bearer t1' },
    });
    expect(actor.describe()).toEqual({ secondWall: true, secondWallWhy: `writes run as ${user}` });
  });

  test('is asked for once by many, and again at four fifths of its life', async () => {
    grant(user);
    expect(await Promise.all([actor.token(), actor.token()])).toEqual(['t1', 't1']);
    await clock.advance(479_000);
    expect(await actor.token()).toBe('t1');
    await clock.advance(2_000);
    expect(await actor.token()).toBe('t2');
  });

  test('is asked for anew when its token was not accepted', async () => {
    grant(user);
    await actor.token();
    actor.reject('t1');
    expect(await actor.token()).toBe('t2');
  });

  test('is not asked for while another process leads', async () => {
    isLeading = false;
    expect(await actor.token()).toBeUndefined();
    expect(server.seen).toEqual([]);
  });

  test.each([403, 404, 501])('that may not be had (%d) leaves the own identity, loudly, and is asked for again later', async (code) => {
    server.answer((_seen, response) => status(response, code, 'serviceaccounts "actor" says no'));
    expect(await actor.token()).toBeUndefined();
    expect(await actor.token()).toBeUndefined();
    expect(asked()).toHaveLength(1);
    expect(errors).toEqual(['second wall not in force: writes run under our own identity']);
    expect(actor.describe()).toMatchObject({
      secondWall: false,
      secondWallWhy: expect.stringContaining("allow 'create serviceaccounts/token'"),
    });
    grant(user);
    await clock.advance(301_000);
    expect(await actor.token()).toBeDefined();
    expect(actor.describe().secondWall).toBe(true);
  });

  test('that is taken for somebody else is no wall, and its token is not used', async () => {
    grant('kubernetes-admin');
    expect(await actor.token()).toBeUndefined();
    expect(actor.describe()).toMatchObject({ secondWall: false, secondWallWhy: expect.stringContaining('for kubernetes-admin') });
  });

  test.each([500, 503, 429, 401])('about which nobody can say (%d) stops the write instead of letting it run unwalled', async (code) => {
    server.answer((_seen, response) => status(response, code, 'later'));
    await expect(actor.token()).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });
});
