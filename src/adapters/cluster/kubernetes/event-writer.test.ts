import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import { systemClock } from '../../system/clock.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { createEventWriter, type EventWriter, type ObjectEvent } from './event-writer.ts';

let server: FakeApiServer;
let connection: Connection;
let writer: EventWriter;
beforeEach(async () => {
  server = await fakeApiServer((_seen, response) => json(response, {}, 201));
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
  writer = createEventWriter(createApi(connection, systemClock));
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const at = Date.parse('2026-01-01T00:00:00.900Z');
const event: ObjectEvent = {
  name: 'cart.0123',
  subject: { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'u1' },
  type: 'Normal',
  reason: 'ActionTaken',
  note: 'rolled back',
  count: 1,
  firstAt: at,
  lastAt: at,
  annotations: { 'kubemend.dev/incident': 'i1' },
};
const node = { cluster: 'default', apiGroup: '', kind: 'Node', name: 'n1', uid: 'u2' };

describe('a Kubernetes event of ours', () => {
  it('stands in the namespace of its subject, as an event of the core group with a count', async () => {
    expect(await writer.create(event)).toEqual({ is: 'done' });
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/api/v1/namespaces/shop/events' }]);
    expect(server.seen[0]?.body).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'cart.0123', namespace: 'shop', annotations: { 'kubemend.dev/incident': 'i1' } },
      involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'u1' },
      type: 'Normal',
      reason: 'ActionTaken',
      message: 'rolled back',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      reportingComponent: 'kubemend.dev/kubemend',
      reportingInstance: expect.stringMatching(/./),
      source: { component: 'kubemend' },
    });
  });

  it('stands in the namespace default when its subject has none', async () => {
    await writer.create({ ...event, subject: node });
    expect(server.seen).toMatchObject([
      { path: '/api/v1/namespaces/default/events', body: { involvedObject: { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'u2' } } },
    ]);
  });

  it('is told how often and when last, and nothing else of it is written again', async () => {
    await writer.recount({ ...event, count: 7, lastAt: at + 60_000 });
    expect(server.seen).toMatchObject([{ method: 'PATCH', path: '/api/v1/namespaces/shop/events/cart.0123' }]);
    expect(server.seen[0]?.body).toEqual({ count: 7, lastTimestamp: '2026-01-01T00:01:00Z' });
    expect(server.seen[0]?.headers['content-type']).toBe('application/merge-patch+json');
  });
});

const rbac = 'events is forbidden: User "me" cannot create resource "events" in API group "" in the namespace "shop"';
const ending = {
  reason: 'Forbidden',
  details: { causes: [{ reason: 'NamespaceTerminating', message: 'x', field: 'metadata.namespace' }] },
};

it.each([
  ['the event is there already', 409, 'exists', {}, { is: 'done' }],
  ['the namespace is gone', 404, 'not found', {}, { is: 'missing' }],
  ['the namespace is ending', 403, 'forbidden: unable to create new content', ending, { is: 'missing' }],
  ['RBAC forbids it', 403, rbac, {}, { is: 'forbidden', why: expect.stringContaining(rbac) }],
  ['a quota is used up', 403, 'exceeded quota', {}, { is: 'refused', why: expect.stringContaining('exceeded quota') }],
  ['it is malformed', 422, 'invalid', {}, { is: 'refused', why: expect.stringContaining('invalid') }],
])('says so when %s', async (...[, code, message, more, answer]) => {
  server.answer((_seen, response) => status(response, code, message, more));
  expect(await writer.create(event)).toEqual(answer);
});

it('takes a conflict of a recount for no success', async () => {
  server.answer((_seen, response) => status(response, 409, 'changed'));
  expect(await writer.recount(event)).toMatchObject({ is: 'refused' });
});

it.each([401, 429, 500, 503])('throws when the answer %d does not say what became of it', async (code) => {
  server.answer((_seen, response) => status(response, code, 'later'));
  await expect(writer.create(event)).rejects.toMatchObject({ code: 'cluster-unreachable' });
});
