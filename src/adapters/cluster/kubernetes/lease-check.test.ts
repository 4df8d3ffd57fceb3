import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import { steppedClock } from '../../../../test/fakes/stepped-clock.ts';
import { systemClock } from '../../system/clock.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { checkLease } from './lease-check.ts';

const lease = { namespace: 'own', name: 'kubemend' };
const held = {
  metadata: { name: 'kubemend', namespace: 'own', resourceVersion: '7', annotations: { 'kubemend.dev/epoch': '3' } },
  spec: { holderIdentity: 'somebody', leaseDurationSeconds: 15 },
};
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

const check = () => checkLease(createApi(connection, steppedClock()), lease, 0);
const writes = () => server.seen.filter(({ method }) => method !== 'GET');

describe('the check of the Lease', () => {
  test('writes a held one as it stands, by a dry run, and says who holds it', async () => {
    server.answer((_seen, response) => json(response, held));
    expect(await check()).toEqual({ holder: 'somebody', problem: undefined });
    expect(writes()).toMatchObject([{ method: 'PUT', body: { metadata: { resourceVersion: '7' }, spec: { holderIdentity: 'somebody' } } }]);
    expect(writes().map(({ query }) => query.get('dryRun'))).toEqual(['All']);
  });

  test('would make one that is not there', async () => {
    server.answer(({ method }, response) => (method === 'GET' ? status(response, 404, 'not found') : json(response, held, 201)));
    expect(await check()).toEqual({ holder: undefined, problem: undefined });
    expect(writes().map(({ method, query }) => [method, query.get('dryRun')])).toEqual([['POST', 'All']]);
  });

  test('has no trouble with one that is renewed at the same moment', async () => {
    server.answer(({ method }, response) => (method === 'GET' ? json(response, held) : status(response, 409, 'changed')));
    expect(await check()).toEqual({ holder: 'somebody', problem: undefined });
  });

  test.each(['GET', 'PUT'])('says what to allow when %s is forbidden', async (forbidden) => {
    server.answer(({ method }, response) => (method === forbidden ? status(response, 403, 'no') : json(response, held)));
    expect((await check()).problem).toMatch(/403: no\. Allow get, create and update on leases/);
  });
});
