import { expect, it } from 'vitest';
import { conditionOf } from '../../src/simulator/cluster/conditions.ts';
import { isReady } from '../../src/simulator/cluster/pods.ts';
import { type JsonObject, objectsAt, textAt } from '../../src/simulator/json.ts';
import { aContainer, aSimulatedCluster, aTemplate, aWorkload, type Simulated, setImage } from './simulated.ts';

const names = (simulated: Simulated) => simulated.pods().map((pod) => pod.metadata.name);
const images = (simulated: Simulated) => simulated.pods().map((pod) => textAt(objectsAt(pod.spec, 'containers')[0], 'image'));
const ready = (simulated: Simulated) => simulated.pods().filter(isReady).length;

it('a StatefulSet makes its pods in order, each when the one before is ready', () => {
  const simulated = aSimulatedCluster();
  simulated.create('statefulsets.apps', aWorkload('ledger', { serviceName: 'ledger' }));
  simulated.pass(0.5);
  expect(names(simulated)).toEqual(['ledger-0']);
  simulated.pass(30);
  expect(names(simulated)).toEqual(['ledger-0', 'ledger-1', 'ledger-2']);
  const { status } = simulated.get('statefulsets.apps', 'ledger');
  expect(status).toMatchObject({ readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, currentRevision: status?.updateRevision });
});

it('a bad update of an ordered StatefulSet sticks at the top pod, also after the template was put back, until that pod is deleted', () => {
  const simulated = aSimulatedCluster();
  simulated.behaviours.forImage('shop/app:typo', { isImageMissing: true });
  simulated.create('statefulsets.apps', aWorkload('ledger'));
  simulated.pass(30);
  simulated.edit('statefulsets.apps', 'ledger', (draft) => setImage(draft, 'shop/app:typo'));
  simulated.pass(120);
  expect(images(simulated)).toEqual(['shop/app:1', 'shop/app:1', 'shop/app:typo']);
  const stuck = simulated.get('statefulsets.apps', 'ledger').status;
  expect(stuck).toMatchObject({ readyReplicas: 2, replicas: 3, currentReplicas: 2, updatedReplicas: 1 });
  expect(stuck?.currentRevision).not.toBe(stuck?.updateRevision);
  simulated.edit('statefulsets.apps', 'ledger', (draft) => setImage(draft, 'shop/app:1'));
  simulated.pass(120);
  expect(images(simulated)[2]).toBe('shop/app:typo');
  expect(simulated.world.objects.list('controllerrevisions.apps').map((one) => one.revision)).toEqual(expect.arrayContaining([2, 3]));
  simulated.world.objects.remove({ resource: 'pods', namespace: 'shop', name: 'ledger-2' });
  simulated.pass(60);
  expect(images(simulated)).toEqual(['shop/app:1', 'shop/app:1', 'shop/app:1']);
  expect(ready(simulated)).toBe(3);
});

it('a partition holds the lower pods at the old revision', () => {
  const simulated = aSimulatedCluster();
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
  simulated.create('statefulsets.apps', aWorkload('ledger', { updateStrategy }));
  simulated.pass(30);
  simulated.edit('statefulsets.apps', 'ledger', (draft) => setImage(draft, 'shop/app:2'));
  simulated.pass(60);
  expect(images(simulated)).toEqual(['shop/app:1', 'shop/app:1', 'shop/app:2']);
});

it('a DaemonSet has one pod on each node, and on a new one too', () => {
  const simulated = aSimulatedCluster();
  simulated.create('daemonsets.apps', aWorkload('agent', { updateStrategy: { type: 'RollingUpdate' } }));
  simulated.pass(20);
  simulated.addNode({ name: 'node-4' });
  simulated.pass(20);
  expect(simulated.pods().map((pod) => pod.spec?.nodeName)).toEqual(expect.arrayContaining(['node-1', 'node-2', 'node-3', 'node-4']));
  simulated.edit('daemonsets.apps', 'agent', (draft) => setImage(draft, 'shop/app:2'));
  simulated.pass(60);
  expect(images(simulated)).toEqual(Array.from({ length: 4 }, () => 'shop/app:2'));
  expect(simulated.get('daemonsets.apps', 'agent').status).toMatchObject({
    numberReady: 4,
    updatedNumberScheduled: 4,
    desiredNumberScheduled: 4,
  });
});

function aJob(name: string, exitCode: number, backoffLimit: number) {
  const template = aTemplate(name, [aContainer()], { app: { exitAfterMs: 1_000, exitCode } });
  const spec: JsonObject = { ...template, spec: { containers: [aContainer()], restartPolicy: 'Never' } };
  return { metadata: { name, namespace: 'shop' }, spec: { backoffLimit, completions: 1, parallelism: 1, template: spec } };
}

it('a job completes, another fails after its retries', () => {
  const simulated = aSimulatedCluster();
  simulated.create('jobs.batch', aJob('report', 0, 6));
  simulated.create('jobs.batch', aJob('import', 2, 1));
  simulated.pass(60);
  expect(simulated.get('jobs.batch', 'report').status).toMatchObject({ succeeded: 1 });
  expect(conditionOf(simulated.get('jobs.batch', 'report'), 'Complete')).toMatchObject({ status: 'True', reason: 'CompletionsReached' });
  expect(simulated.get('jobs.batch', 'import').status).toMatchObject({ failed: 2 });
  expect(conditionOf(simulated.get('jobs.batch', 'import'), 'Failed')).toMatchObject({ status: 'True', reason: 'BackoffLimitExceeded' });
  expect(simulated.pods('report').map((pod) => pod.status?.phase)).toEqual(['Succeeded']);
  expect(simulated.said('Job')).toContain('BackoffLimitExceeded x1: Job has reached the specified backoff limit');
});

it('a disruption budget counts what is healthy and what may go', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart', { replicas: 4 }));
  const selector = { matchLabels: { app: 'cart' } };
  simulated.create('poddisruptionbudgets.policy', { metadata: { name: 'two', namespace: 'shop' }, spec: { minAvailable: 2, selector } });
  simulated.create('poddisruptionbudgets.policy', {
    metadata: { name: 'share', namespace: 'shop' },
    spec: { maxUnavailable: '25%', selector },
  });
  simulated.pass(30);
  expect(simulated.get('poddisruptionbudgets.policy', 'two').status).toMatchObject({
    currentHealthy: 4,
    desiredHealthy: 2,
    disruptionsAllowed: 2,
    expectedPods: 4,
  });
  expect(simulated.get('poddisruptionbudgets.policy', 'share').status).toMatchObject({
    desiredHealthy: 3,
    disruptionsAllowed: 1,
    expectedPods: 4,
  });
  const [pod] = simulated.pods();
  simulated.world.objects.remove({ resource: 'pods', namespace: 'shop', name: pod?.metadata.name ?? '' });
  simulated.pass(0.1);
  expect(simulated.get('poddisruptionbudgets.policy', 'share').status).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 0 });
});

it('an autoscaler follows the load up to its maximum, and says that it is limited', () => {
  const simulated = aSimulatedCluster();
  simulated.behaviours.forImage('shop/app:1', { cpuMillicores: 300 });
  simulated.create('deployments.apps', aWorkload('busy', { replicas: 1 }));
  simulated.pass(20);
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }];
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'busy' };
  simulated.create('horizontalpodautoscalers.autoscaling', {
    metadata: { name: 'busy', namespace: 'shop' },
    spec: { minReplicas: 1, maxReplicas: 4, metrics, scaleTargetRef },
  });
  simulated.pass(60);
  expect(simulated.get('deployments.apps', 'busy').spec).toMatchObject({ replicas: 4 });
  expect(ready(simulated)).toBe(4);
  const scaler = simulated.get('horizontalpodautoscalers.autoscaling', 'busy');
  expect(conditionOf(scaler, 'ScalingLimited')).toMatchObject({ status: 'True', reason: 'TooManyReplicas' });
  expect(scaler.status?.currentMetrics).toEqual([
    { resource: { current: { averageUtilization: 300, averageValue: '300m' }, name: 'cpu' }, type: 'Resource' },
  ]);
  simulated.behaviours.forImage('shop/app:1', { cpuMillicores: 10 });
  simulated.pass(120);
  expect(simulated.get('deployments.apps', 'busy').spec).toMatchObject({ replicas: 4 });
  simulated.pass(300);
  expect(simulated.get('deployments.apps', 'busy').spec).toMatchObject({ replicas: 1 });
});

it('what a deleted owner owned goes too, and is left alone when orphaned', () => {
  const simulated = aSimulatedCluster();
  for (const name of ['cart', 'kept', 'first']) simulated.create('deployments.apps', aWorkload(name));
  simulated.pass(30);
  const key = (name: string) => ({ resource: 'deployments.apps' as const, namespace: 'shop', name });
  simulated.world.objects.remove(key('cart'));
  simulated.world.objects.remove(key('kept'), { propagation: 'Orphan' });
  simulated.world.objects.remove(key('first'), { propagation: 'Foreground' });
  simulated.pass(30);
  expect(simulated.world.objects.list('deployments.apps')).toEqual([]);
  expect(simulated.world.objects.list('replicasets.apps').map((set) => set.metadata.name.split('-')[0])).toEqual(['kept']);
  expect(new Set(simulated.pods().map((pod) => pod.metadata.labels?.app))).toEqual(new Set(['kept']));
});

it('a deleted namespace goes when all that was in it has gone', () => {
  const simulated = aSimulatedCluster();
  const key = { resource: 'namespaces' as const, namespace: '', name: 'shop' };
  simulated.create('namespaces', { metadata: { name: 'shop' }, spec: { finalizers: ['kubernetes'] } });
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(20);
  simulated.world.objects.remove(key);
  simulated.pass(0.5);
  expect(simulated.world.objects.get(key)?.status).toMatchObject({ phase: 'Terminating' });
  simulated.pass(60);
  expect(simulated.world.objects.get(key)).toBeUndefined();
  expect([...simulated.pods(), ...simulated.world.objects.list('deployments.apps')]).toEqual([]);
});
