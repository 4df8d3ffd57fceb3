import { afterEach, expect, it } from 'vitest';
import { conditionOf } from '../../src/simulator/cluster/conditions.ts';
import { isReady } from '../../src/simulator/cluster/pods.ts';
import { textAt } from '../../src/simulator/json.ts';
import type { ApiObject } from '../../src/simulator/world.ts';
import { goLive, type Live } from '../simulator/live.ts';
import { aContainer, aTemplate, aWorkload } from '../simulator/simulated.ts';

const live: Live[] = [];
afterEach(async () => {
  await Promise.all(live.splice(0).map((one) => one.stop()));
});

const CART = '/apis/apps/v1/namespaces/shop/deployments/cart';
const cartOf = ({ cluster }: Live): ApiObject => {
  const cart = cluster.world.objects.get({ resource: 'deployments.apps', namespace: 'shop', name: 'cart' });
  if (!cart) throw new Error('there is no cart');
  return cart;
};
const imageOf = (one: Live) => textAt(cartOf(one).spec, 'template', 'spec', 'containers', 0, 'image');

it('a bad rollout is detected, rolled back once, and verified, over HTTP', { timeout: 90_000 }, async () => {
  const one = await goLive();
  live.push(one);
  one.cluster.behaviours.forImage('shop/cart:typo', { isImageMissing: true });
  await one.send(
    'POST',
    '/apis/apps/v1/namespaces/shop/deployments',
    aWorkload('cart', { template: aTemplate('cart', [aContainer({ image: 'shop/cart:1' })]) }),
  );
  await one.until('healthy cart', () => conditionOf(cartOf(one), 'Progressing')?.reason === 'NewReplicaSetAvailable');
  const app = await one.startKubemend('auto');
  await one.pass(20);
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image: 'shop/cart:typo' }] } } } };
  await one.send('PATCH', CART, patch, 'application/strategic-merge-patch+json');
  const ended = await one.until('resolved incident', async () => (await one.incidents(app)).find(({ phase }) => phase === 'resolved'), 60);
  expect(ended).toMatchObject({
    subject: { kind: 'Deployment', name: 'cart' },
    reason: 'recovered',
    attempts: [{ action: 'rollback-rollout', outcome: 'recovered' }],
  });
  expect(imageOf(one)).toBe('shop/cart:1');
  const pods = one.cluster.world.objects.list('pods', 'shop');
  expect(pods.filter(isReady)).toHaveLength(3);
  const writes = one.api.effectiveWrites().filter(({ method, resource }) => method === 'PATCH' && resource.startsWith('deployments'));
  expect(writes).toHaveLength(2);
});
