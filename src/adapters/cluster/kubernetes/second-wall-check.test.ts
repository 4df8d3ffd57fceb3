import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import { steppedClock } from '../../../../test/fakes/stepped-clock.ts';
import { systemClock } from '../../system/clock.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { checkSecondWall } from './second-wall-check.ts';

const actor = { namespace: 'own', account: 'actor' };
const policy = "pods is forbidden: ValidatingAdmissionPolicy 'own-actor' with binding 'own-actor' denied request: namespace not opted in";
let server: FakeApiServer;
let connection: Connection;

beforeEach(async () => {
  server = await fakeApiServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** Grants the actor's token, and answers the eviction that it asks for so. */
function evictionAnswered(code: number, message: string): void {
  server.answer(({ path }, response) => {
    if (path.endsWith('/token')) return json(response, { spec: { expirationSeconds: 600 }, status: { token: 't' } }, 201);
    if (path.endsWith('/eviction')) return status(response, code, message);
    return json(response, { status: { userInfo: { username: 'system:serviceaccount:own:actor' } } }, 201);
  });
}
const check = () => checkSecondWall(createApi(connection, steppedClock()), actor);

describe('the check of the second wall', () => {
  test.each([
    ['stands when a policy refuses', 422, policy, true, /holds own\/actor back/],
    [
      'does not stand when only the pod is missing',
      404,
      'pods "kubemend-doctor-asks" not found',
      false,
      /^no admission policy .*not found/,
    ],
    ['does not stand when the API server would have done it', 201, 'evicted', false, /^no admission policy/],
    ['cannot be seen when the actor may do nothing', 403, 'cannot create resource "pods/eviction"', false, /cannot be seen/],
  ])('says that it %s', async (_what, ...[code, message, secondWall, why]) => {
    evictionAnswered(code, message);
    expect(await check()).toEqual({ secondWall, secondWallWhy: expect.stringMatching(why) });
  });

  test('asks as the actor, by a dry run, and once', async () => {
    evictionAnswered(422, policy);
    await check();
    const evictions = server.seen.filter(({ path }) => path.endsWith('/eviction'));
    expect(evictions.map(({ query, headers }) => [query.get('dryRun'), headers.authorization])).toEqual([['All', 'Bearer t']]);
  });

  test('says how to get the token where it may not be had', async () => {
    server.answer((_seen, response) => status(response, 403, 'may not create serviceaccounts/token'));
    expect(await check()).toEqual({ secondWall: false, secondWallWhy: expect.stringContaining('create service account own/actor') });
  });

  test('throws when nobody can say', async () => {
    server.answer((_seen, response) => status(response, 503, 'not now'));
    await expect(check()).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });
});
