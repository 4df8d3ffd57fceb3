import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeApiServer, fakeApiServer, json, status } from '../../../../test/fakes/api-server.ts';
import { systemClock } from '../../system/clock.ts';
import { openPodAccess, type PodAccess } from './pod-access.ts';

let server: FakeApiServer;
let access: PodAccess;

beforeEach(async () => {
  server = await fakeApiServer();
  access = await openPodAccess({ kubeconfig: server.kubeconfig, cluster: 'default' }, systemClock);
});
afterEach(async () => {
  await access.close();
  await server.stop();
});

const rawPod = (name: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { containers: [{ name: 'app', image: 'cart:1' }] },
  status: { phase: 'Running' },
});
const wanted = { group: '', resource: 'pods', subresource: 'exec', verb: 'create', namespace: 'shop' };

test.each([
  [{ allowed: true }, true],
  [{ allowed: false }, false],
  [{ allowed: true, denied: true }, false],
  [{}, false],
])('asks the API server what we may do: %j is %s', async (review, expected) => {
  server.answer((_seen, response) => json(response, { status: review }));
  expect(await access.mayI(wanted)).toBe(expected);
  expect(server.seen[0]).toMatchObject({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: wanted } },
  });
});

test('does not take silence for a right', async () => {
  server.answer((_seen, response) => status(response, 500, 'no'));
  await expect(access.mayI(wanted)).rejects.toMatchObject({ code: 'cluster-unreachable' });
});

test('lists the pods of a selector by name', async () => {
  server.answer((_seen, response) => json(response, { items: [rawPod('cart-2'), rawPod('cart-1')] }));
  const pods = await access.pods({ namespace: 'shop', selector: 'app=cart,tier!=db' });
  expect(pods.map(({ meta }) => meta.ref.name)).toEqual(['cart-1', 'cart-2']);
  expect(server.seen[0]?.query.get('labelSelector')).toBe('app=cart,tier!=db');
});

test('reads one pod by its name, and none where there is none', async () => {
  server.answer((seen, response) => (seen.path.endsWith('/cart-1') ? json(response, rawPod('cart-1')) : status(response, 404, 'gone')));
  expect(await access.pods({ namespace: 'shop', name: 'cart-1' })).toMatchObject([{ meta: { ref: { uid: 'uid-cart-1' } } }]);
  expect(await access.pods({ namespace: 'shop', name: 'cart-2' })).toEqual([]);
});

test('a list that is refused is no empty list', async () => {
  server.answer((_seen, response) => status(response, 403, 'pods is forbidden'));
  await expect(access.pods({ namespace: 'shop', selector: 'app=cart' })).rejects.toMatchObject({ code: 'cluster-refused' });
});
