import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import type { ResourceRef } from '../../../core/model/resource.ts';
import { systemClock } from '../../system/clock.ts';
import { type Api, createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { liveObjectOf, readLive } from './live.ts';
import { readRevisions } from './revisions.ts';

const cart: ResourceRef = { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 's', name: 'cart', uid: 'u' };
const meta = (name: string, more: object = {}) => ({
  name,
  namespace: 's',
  uid: 'u',
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
});
const template = { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'app', image: 'cart:1' }] } };

let server: FakeApiServer;
let connection: Connection;
let api: Api;
beforeEach(async () => {
  server = await fakeApiServer();
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
  api = createApi(connection, systemClock);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

describe('a live read', () => {
  test('gives the object, the spec that it saw and the template', async () => {
    server.answer((_seen, response) => json(response, { metadata: meta('cart', { generation: 4 }), spec: { replicas: 2, template } }));
    const raw = await readLive(api, cart, 'default');
    expect(server.seen[0]?.path).toBe('/apis/apps/v1/namespaces/s/deployments/cart');
    expect(liveObjectOf(raw, cart)).toMatchObject({
      specSeen: 'generation:4',
      template,
      object: { kind: 'Deployment', replicas: 2, meta: { ref: cart } },
    });
  });

  test('sees a changed spec by its hash where there is no generation', () => {
    const node: ResourceRef = { cluster: 'default', apiGroup: '', kind: 'Node', name: 'n' };
    const seen = (spec: object) => liveObjectOf({ metadata: meta('n'), spec }, node).specSeen;
    expect(seen({ unschedulable: true })).toMatch(/^spec:[0-9a-f]{64}$/);
    expect(seen({ unschedulable: true })).not.toBe(seen({}));
  });

  test('gives a pod’s resources as they are written', () => {
    const resources = { requests: { cpu: '0.10', memory: '1Gi' }, limits: { memory: '1024Mi' } };
    const raw = { metadata: meta('p'), spec: { containers: [{ name: 'app', resources }] } };
    expect(liveObjectOf(raw, { cluster: 'default', apiGroup: '', kind: 'Pod', namespace: 's', name: 'p' }).resources).toEqual({
      app: resources,
    });
  });

  test('says gone for another uid, and for what the API server does not have', async () => {
    server.answer((_seen, response) => json(response, { metadata: meta('cart', { uid: 'other' }) }));
    expect(await readLive(api, cart, 'default')).toBeUndefined();
    server.answer((_seen, response) =>
      status(response, 404, 'deployments "cart" not found', { reason: 'NotFound', details: { name: 'cart', kind: 'deployments' } }),
    );
    expect(await readLive(api, cart, 'default')).toBeUndefined();
  });

  test('does not say gone for a 404 that is not about this object', async () => {
    server.answer((_seen, response) => status(response, 404, 'the server could not find the requested resource', { reason: 'NotFound' }));
    await expect(readLive(api, cart, 'default')).rejects.toMatchObject({ code: 'cluster-unreachable' });
    server.answer((_seen, response) => void response.writeHead(404).end('<html>no such site</html>'));
    await expect(readLive(api, cart, 'default')).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });

  test('says refused when it may not read', async () => {
    server.answer((_seen, response) => status(response, 403, 'deployments is forbidden'));
    await expect(readLive(api, cart, 'default')).rejects.toMatchObject({
      code: 'cluster-refused',
      message: expect.stringContaining('is forbidden'),
    });
  });

  test('is not tried for another cluster or a kind that kubemend does not read', async () => {
    await expect(readLive(api, { ...cart, cluster: 'other' }, 'default')).rejects.toMatchObject({ code: 'not-found' });
    await expect(readLive(api, { ...cart, kind: 'Rollout' }, 'default')).rejects.toMatchObject({ code: 'not-found' });
    expect(server.seen).toEqual([]);
  });
});

describe('the revisions', () => {
  const owner = { controller: true, uid: 'u', kind: 'Deployment', name: 'cart', apiVersion: 'apps/v1' };
  const recorded = (name: string, number: string | undefined, more: object = {}) => ({
    metadata: meta(name, {
      uid: `uid-${name}`,
      labels: { app: 'cart', 'pod-template-hash': `hash-${name}` },
      annotations: number && { 'deployment.kubernetes.io/revision': number },
      ownerReferences: [owner],
      ...more,
    }),
    spec: {
      template: { ...template, metadata: { creationTimestamp: null, labels: { app: 'cart', 'pod-template-hash': `hash-${name}` } } },
    },
  });
  function serve(kind: string, items: readonly unknown[]): void {
    const selector = { matchLabels: { app: 'cart' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] };
    server.answer((seen, response) => {
      if (seen.path.endsWith(kind)) return json(response, { kind: 'List', metadata: {}, items });
      return json(response, { metadata: meta('cart', { generation: 1 }), spec: { selector, template } });
    });
  }

  test('of a Deployment are its ReplicaSets in order, as their author wrote them', async () => {
    serve('replicasets', [
      recorded('new', '10'),
      recorded('old', '9'),
      recorded('unborn', undefined),
      recorded('foreign', '3', { ownerReferences: [{ ...owner, uid: 'x' }] }),
    ]);
    const revisions = await readRevisions(api, cart, 'default');
    expect(revisions.map(({ name, number, podHash }) => [name, number, podHash])).toEqual([
      ['old', 9, 'hash-old'],
      ['new', 10, 'hash-new'],
    ]);
    expect(revisions[0]?.template).toEqual(template);
    expect(server.seen.at(-1)?.query.get('labelSelector')).toBe('app=cart,tier in (a,b)');
  });

  test.each([
    ['StatefulSet', 'cart-7d9'],
    ['DaemonSet', '7d9'],
  ])('of a %s are its ControllerRevisions; its pods carry %s', async (kind, podHash) => {
    const labels = { app: 'cart', 'controller-revision-hash': '7d9' };
    const data = { spec: { template: { ...template, $patch: 'replace' } } };
    serve('controllerrevisions', [{ metadata: meta('cart-7d9', { labels, ownerReferences: [{ ...owner, kind }] }), revision: 2, data }]);
    expect(await readRevisions(api, { ...cart, kind }, 'default')).toEqual([
      { name: 'cart-7d9', uid: 'u', number: 2, createdAt: Date.UTC(2026, 0, 1), template, podHash },
    ]);
  });

  test('of a workload that is gone are none', async () => {
    server.answer((_seen, response) => json(response, { metadata: meta('cart', { uid: 'other' }) }));
    expect(await readRevisions(api, cart, 'default')).toEqual([]);
  });
});
