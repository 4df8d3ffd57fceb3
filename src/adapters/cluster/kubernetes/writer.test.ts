import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, type Seen, status } from '../../../../test/fakes/api-server.ts';
import type { ClusterWrite } from '../../../core/model/write.ts';
import { systemClock } from '../../system/clock.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { createWriter, type WriteIdentity } from './writer.ts';

const stamp = { actionId: 'act-1', epoch: 3 };
const pod = { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 's', name: 'p', uid: 'u' };
const cart = { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 's', name: 'cart', uid: 'u' };
const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'cart:1' }] } };
const resources = { name: 'app', requests: { memory: '1Gi' }, limits: { memory: '2Gi' } };
const writes: Readonly<Record<ClusterWrite['verb'], ClusterWrite>> = {
  evict: { verb: 'evict', target: pod },
  'replace-template': { verb: 'replace-template', target: cart, template },
  scale: { verb: 'scale', target: cart, replicas: 4 },
  resize: { verb: 'resize', target: pod, containers: [resources] },
};

let server: FakeApiServer;
let connection: Connection;
let epoch: number | undefined;
let token: string | undefined;
const rejected: string[] = [];
const identity: WriteIdentity = { token: async () => token, reject: (one) => void rejected.push(one) };

beforeEach(async () => {
  [epoch, token] = [3, 'actor-token'];
  server = await fakeApiServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
});
afterEach(async () => {
  rejected.length = 0;
  await connection.close();
  await server.stop();
});

const writer = () =>
  createWriter({ api: createApi(connection, systemClock), cluster: 'default', identity, epoch: () => epoch, missing: () => undefined });
const sent = () => server.seen.filter((seen) => seen.method !== 'GET');
/** Answers reads with the object as it is, writes as told. */
function serve(how: (response: ServerResponse, seen: Seen) => void, annotations?: Record<string, string>): void {
  server.answer((seen, response) => {
    if (seen.method !== 'GET') return how(response, seen);
    json(response, { kind: 'Deployment', metadata: { name: seen.path.split('/').at(-1), uid: 'u', resourceVersion: '7', annotations } });
  });
}
const done = (response: ServerResponse) => json(response, { kind: 'Deployment', metadata: { generation: 2 } });

describe('a write', () => {
  test('of an eviction carries pins, action id and epoch, and the actor’s token alone', async () => {
    serve((response) => json(response, { kind: 'Status', apiVersion: 'v1' }, 201));
    expect(await writer().write(writes.evict, '7', stamp)).toEqual({ is: 'done' });
    const [eviction] = sent();
    expect(eviction).toMatchObject({
      method: 'POST',
      path: '/api/v1/namespaces/s/pods/p/eviction',
      headers: { authorization: 'Bearer actor-token' },
    });
    expect(eviction?.body).toEqual({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'p', namespace: 's', annotations: { 'kubemend.dev/action-id': 'act-1', 'kubemend.dev/epoch': '3' } },
      deleteOptions: { preconditions: { uid: 'u', resourceVersion: '7' } },
    });
  });

  test.each([undefined, { note: 'by ann' }])(
    'of a template is a pinned and stamped JSON Patch that keeps annotations (%j)',
    async (annotations) => {
      serve(done, annotations);
      expect(await writer().write(writes['replace-template'], '7', stamp)).toEqual({ is: 'done', specAfter: 'generation:2' });
      const [patch] = sent();
      expect(patch).toMatchObject({
        method: 'PATCH',
        path: '/apis/apps/v1/namespaces/s/deployments/cart',
        headers: { 'content-type': 'application/json-patch+json' },
      });
      expect(Object.fromEntries(patch?.query ?? [])).toEqual({ fieldManager: 'kubemend', fieldValidation: 'Strict' });
      expect(patch?.body).toEqual([
        { op: 'replace', path: '/metadata/uid', value: 'u' },
        { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
        { op: 'replace', path: '/spec/template', value: template },
        {
          op: 'add',
          path: '/metadata/annotations',
          value: { ...annotations, 'kubemend.dev/action-id': 'act-1', 'kubemend.dev/epoch': '3' },
        },
      ]);
    },
  );

  test('of a template is not sent when the object has moved on', async () => {
    serve(done);
    expect(await writer().write(writes['replace-template'], '6', stamp)).toMatchObject({ is: 'changed' });
    expect(await writer().write({ ...writes['replace-template'], target: { ...cart, uid: 'other' } }, '7', stamp)).toMatchObject({
      is: 'changed',
    });
    expect(sent()).toEqual([]);
  });

  test('of replicas is absolute and pinned', async () => {
    serve((response) => json(response, { kind: 'Scale' }));
    await writer().write(writes.scale, '7', stamp);
    expect(sent()[0]).toMatchObject({ method: 'PATCH', path: '/apis/apps/v1/namespaces/s/deployments/cart/scale' });
    expect(sent()[0]?.body).toContainEqual({ op: 'add', path: '/spec/replicas', value: 4 });
    expect(sent()[0]?.body).toContainEqual({ op: 'replace', path: '/metadata/resourceVersion', value: '7' });
  });

  test('of resources goes to the resize subresource, pinned', async () => {
    serve((response) => json(response, { kind: 'Pod', metadata: { generation: 2 } }));
    await writer().write(writes.resize, '7', stamp);
    expect(sent()[0]).toMatchObject({ method: 'PATCH', path: '/api/v1/namespaces/s/pods/p/resize' });
    expect(sent()[0]?.body).toEqual({
      metadata: { uid: 'u', resourceVersion: '7' },
      spec: { containers: [{ name: 'app', resources: { requests: resources.requests, limits: resources.limits } }] },
    });
  });

  test.each(Object.values(writes))('tried out ($verb) is a dry run of the same request', async (write) => {
    serve(done);
    await writer().tryOut(write, '7', stamp);
    await writer().write(write, '7', stamp);
    const [dry, real] = sent();
    expect(dry?.query.get('dryRun')).toBe('All');
    expect(real?.query.get('dryRun')).toBeNull();
    expect([dry?.method, dry?.path, dry?.body]).toEqual([real?.method, real?.path, real?.body]);
  });

  const failures: [string, (response: ServerResponse) => void][] = [
    ['a reset', (response) => void response.socket?.resetAndDestroy()],
    ['a 503', (response) => status(response, 503, 'not ready')],
    ['a 500', (response) => status(response, 500, 'etcd timeout')],
    ['a 504', (response) => status(response, 504, 'timeout')],
    [
      'half an answer',
      (response) => void response.writeHead(200, { 'content-length': '99' }).write('{"kind":', () => response.socket?.destroy()),
    ],
    ['a proxy’s page', (response) => void response.writeHead(403).end('<html>')],
    ['a success that is no JSON', (response) => void response.writeHead(200).end('<html>')],
  ];
  test.each(Object.values(writes).flatMap((write) => failures.map(([name, how]) => [write.verb, name, write, how] as const)))(
    '(%s) that meets %s throws that nobody knows, and is sent exactly once',
    async (_verb, _name, write, how) => {
      serve(how);
      await expect(writer().write(write, '7', stamp)).rejects.toMatchObject({ code: 'cluster-unreachable', retryable: true });
      expect(sent()).toHaveLength(1);
    },
  );

  test.each([429, 409, 401])('is not sent again after a %d either', async (code) => {
    serve((response) => status(response, code, 'no', { headers: { 'retry-after': '0' } }));
    await writer().write(writes.evict, '7', stamp);
    expect(sent()).toHaveLength(1);
    expect(rejected).toEqual(code === 401 ? ['actor-token'] : []);
  });

  test.each([undefined, 2, 4])('is not sent when we lead in epoch %s and it is stamped with 3', async (now) => {
    epoch = now;
    expect(await writer().write(writes.evict, '7', stamp)).toMatchObject({ is: 'changed' });
    expect(server.seen).toEqual([]);
  });

  test('is not sent when leadership ends while its token is fetched', async () => {
    const ending = {
      ...identity,
      token: async () => {
        epoch = undefined;
        return 'actor-token';
      },
    };
    const late = createWriter({
      api: createApi(connection, systemClock),
      cluster: 'default',
      identity: ending,
      epoch: () => epoch,
      missing: () => undefined,
    });
    expect(await late.write(writes.evict, '7', stamp)).toMatchObject({ is: 'changed' });
    expect(sent()).toEqual([]);
  });

  test('without a uid or a resourceVersion is refused and not sent', async () => {
    const { uid: _, ...nameless } = pod;
    expect(await writer().write({ verb: 'evict', target: nameless }, '7', stamp)).toMatchObject({ is: 'refused' });
    expect(await writer().write(writes.evict, '', stamp)).toMatchObject({ is: 'refused' });
    expect(server.seen).toEqual([]);
  });

  test('runs under the own identity where there is no actor', async () => {
    token = undefined;
    serve(done);
    await writer().write(writes.evict, '7', stamp);
    expect(sent()[0]?.headers.authorization).toBe('Bearer own');
  });
});
