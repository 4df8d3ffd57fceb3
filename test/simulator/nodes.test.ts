import { expect, it } from 'vitest';
import { conditionOf } from '../../src/simulator/cluster/conditions.ts';
import { isReady } from '../../src/simulator/cluster/pods.ts';
import { objectsAt } from '../../src/simulator/json.ts';
import { aSimulatedCluster, aWorkload } from './simulated.ts';

const taintsOf = (node: ReturnType<ReturnType<typeof aSimulatedCluster>['get']>) =>
  objectsAt(node.spec, 'taints').map(({ key, effect }) => `${key}:${effect}`);

it('a silent node is NotReady after its grace, then tainted, its pods unready and taken away after five minutes', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(30);
  simulated.dropNode('node-2');
  simulated.pass(35);
  expect(conditionOf(simulated.get('nodes', 'node-2'), 'Ready')).toMatchObject({ status: 'True' });
  simulated.pass(30);
  const node = simulated.get('nodes', 'node-2');
  expect(conditionOf(node, 'Ready')).toMatchObject({
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  });
  expect(simulated.said('Node')).toContain('NodeNotReady x1: Node node-2 status is now: NodeNotReady');
  simulated.pass(15);
  expect(taintsOf(simulated.get('nodes', 'node-2'))).toEqual([
    'node.kubernetes.io/unreachable:NoSchedule',
    'node.kubernetes.io/unreachable:NoExecute',
  ]);
  expect(simulated.pods().filter(isReady)).toHaveLength(2);
  expect(simulated.pods()).toHaveLength(3);
  simulated.pass(310);
  const [gone] = simulated.pods().filter((pod) => pod.metadata.deletionTimestamp !== undefined);
  expect(gone?.spec?.nodeName).toBe('node-2');
  expect(conditionOf(gone ?? {}, 'DisruptionTarget')).toMatchObject({ reason: 'DeletionByTaintManager' });
  expect(simulated.pods().filter(isReady)).toHaveLength(3);
  simulated.raiseNode('node-2');
  simulated.pass(60);
  expect(conditionOf(simulated.get('nodes', 'node-2'), 'Ready')).toMatchObject({ status: 'True' });
  expect(taintsOf(simulated.get('nodes', 'node-2'))).toEqual([]);
  expect(simulated.pods()).toHaveLength(3);
});

it('a node that was silent for a minute gets its pods back as they were', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(30);
  const before = simulated.pods().map((pod) => pod.metadata.uid);
  simulated.dropNode('node-2');
  simulated.pass(90);
  simulated.raiseNode('node-2');
  simulated.pass(10);
  expect(simulated.pods().map((pod) => pod.metadata.uid)).toEqual(before);
  expect(simulated.pods().filter(isReady)).toHaveLength(3);
});

it('a pressed node is tainted against new pods', () => {
  const simulated = aSimulatedCluster();
  simulated.press('node-1', 'MemoryPressure', true);
  simulated.pass(10);
  expect(conditionOf(simulated.get('nodes', 'node-1'), 'MemoryPressure')).toMatchObject({
    status: 'True',
    reason: 'KubeletHasInsufficientMemory',
  });
  expect(taintsOf(simulated.get('nodes', 'node-1'))).toEqual(['node.kubernetes.io/memory-pressure:NoSchedule']);
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(20);
  expect(simulated.pods().map((pod) => pod.spec?.nodeName)).not.toContain('node-1');
});

it('an evicted pod stays as Failed, and its controller makes another', () => {
  const simulated = aSimulatedCluster();
  simulated.create('deployments.apps', aWorkload('cart'));
  simulated.pass(30);
  const [pod] = simulated.pods();
  if (pod) simulated.evictPod(pod, 'The node was low on resource: memory. ');
  simulated.pass(30);
  expect(
    simulated
      .pods()
      .map((one) => one.status?.phase)
      .sort(),
  ).toEqual(['Failed', 'Running', 'Running', 'Running']);
  expect(simulated.get('pods', pod?.metadata.name ?? '').status).toMatchObject({
    reason: 'Evicted',
    message: 'The node was low on resource: memory. ',
  });
});
