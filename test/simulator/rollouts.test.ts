import { expect, it } from 'vitest';
import { conditionOf } from '../../src/simulator/cluster/conditions.ts';
import { isReady } from '../../src/simulator/cluster/pods.ts';
import { objectsAt, textAt } from '../../src/simulator/json.ts';
import { aSimulatedCluster, aWorkload, setImage } from './simulated.ts';

const image = (pod: { spec?: unknown }) => textAt(objectsAt(JSON.parse(JSON.stringify(pod.spec)), 'containers')[0], 'image');

it('a rollout completes, and every pod runs', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(30);
  const cart = simulated.get('deployments.apps', 'cart');
  expect(cart.status).toMatchObject({ availableReplicas: 3, readyReplicas: 3, replicas: 3, updatedReplicas: 3, observedGeneration: 1 });
  expect(conditionOf(cart, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  expect(conditionOf(cart, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
  expect(simulated.pods()).toHaveLength(3);
  expect(new Set(simulated.pods().map((pod) => pod.spec?.nodeName)).size).toBe(3);
  expect(simulated.said('Deployment')).toEqual([
    expect.stringMatching(/^ScalingReplicaSet x1: Scaled up replica set cart-\w+ from 0 to 3$/),
  ]);
});

it('an update replaces all pods and never has fewer than the allowed number ready', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart', { replicas: 4 }));
  simulated.pass(30);
  simulated.edit('deployments.apps', 'cart', (draft) => setImage(draft, 'shop/app:2'));
  const ready: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    simulated.pass(1);
    ready.push(simulated.pods().filter(isReady).length);
  }
  expect(Math.min(...ready)).toBeGreaterThanOrEqual(3);
  expect(simulated.pods().map(image)).toEqual(Array.from({ length: 4 }, () => 'shop/app:2'));
  expect(simulated.get('deployments.apps', 'cart').metadata).toMatchObject({
    generation: 2,
    annotations: { 'deployment.kubernetes.io/revision': '2' },
  });
});

it('a bad rollout sticks while the old pods go on serving, and a rollback mends it with the old ReplicaSet', () => {
  const simulated = aSimulatedCluster();
  simulated.behaviours.forImage('shop/app:typo', { isImageMissing: true });
  simulated.create('deployments.apps', aWorkload('cart', { progressDeadlineSeconds: 60 }));
  simulated.pass(30);
  const before = simulated.world.objects.list('replicasets.apps')[0];
  simulated.edit('deployments.apps', 'cart', (draft) => setImage(draft, 'shop/app:typo'));
  simulated.pass(120);
  const stuck = simulated.get('deployments.apps', 'cart');
  expect(stuck.status).toMatchObject({ readyReplicas: 3, replicas: 4, unavailableReplicas: 1, updatedReplicas: 1 });
  expect(conditionOf(stuck, 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  expect(conditionOf(stuck, 'Available')).toMatchObject({ status: 'True' });
  expect(simulated.pods().filter(isReady)).toHaveLength(3);
  simulated.edit('deployments.apps', 'cart', (draft) => setImage(draft, 'shop/app:1'));
  simulated.pass(60);
  const mended = simulated.get('deployments.apps', 'cart');
  expect(mended.status).toMatchObject({ readyReplicas: 3, replicas: 3, updatedReplicas: 3 });
  expect(conditionOf(mended, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  expect(mended.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' });
  const again = simulated.get('replicasets.apps', before?.metadata.name ?? '');
  expect(again.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' });
  expect(again.spec).toMatchObject({ replicas: 3 });
});

it('Recreate ends all old pods before it makes a new one', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart', { strategy: { type: 'Recreate' } }));
  simulated.pass(30);
  simulated.edit('deployments.apps', 'cart', (draft) => setImage(draft, 'shop/app:2'));
  const mixes = new Set<string>();
  for (let tick = 0; tick < 300; tick += 1) {
    simulated.pass(0.1);
    mixes.add([...new Set(simulated.pods().map(image))].join());
  }
  expect([...mixes].filter((mix) => mix !== '')).toEqual(['shop/app:1', 'shop/app:2']);
});

it('scaling changes the number of pods and nothing else', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(30);
  const kept = simulated.pods().map((pod) => pod.metadata.uid);
  simulated.edit('deployments.apps', 'cart', (draft) => Object.assign(draft.spec ?? {}, { replicas: 5 }));
  simulated.pass(30);
  expect(simulated.pods().filter(isReady)).toHaveLength(5);
  expect(simulated.pods().map((pod) => pod.metadata.uid)).toEqual(expect.arrayContaining(kept));
  simulated.edit('deployments.apps', 'cart', (draft) => Object.assign(draft.spec ?? {}, { replicas: 2 }));
  simulated.pass(30);
  expect(simulated.pods()).toHaveLength(2);
  expect(simulated.world.objects.list('replicasets.apps')).toHaveLength(1);
});
