import type { KubeObject } from '../../src/core/model/objects.ts';
import { condition, NOON } from '../fakes/object-meta.ts';
import { horizontalPodAutoscaler, namespace, node, persistentVolumeClaim } from '../fakes/objects.ts';
import { clusterEvent } from '../fakes/view.ts';
import type { Story } from './story.ts';

const MINUTE = 60_000;

function story(name: string, object: KubeObject, detector?: string, events: Story['events'] = []): Story {
  const fires = detector === undefined ? [] : [`${detector} ${object.kind}/${object.meta.ref.name}`];
  return { name, origin: 'built', now: NOON, objects: [object], fires, events };
}

const pressures = (high?: string) =>
  ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => condition(type, { status: type === high ? 'True' : 'False' }));
const lost = (ageMs: number) => [
  condition('Ready', {
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    changedAt: NOON - ageMs,
  }),
  ...pressures(),
];

const nodes: readonly Story[] = [
  story('a node', node('node-1')),
  story('a lost node', node('node-1', { conditions: lost(2 * MINUTE) }), 'node-not-ready'),
  story('a node that restarts its kubelet', node('node-1', { conditions: lost(30_000) })),
  story(
    'a node that joins',
    node('node-1', {
      createdAt: NOON - 2 * MINUTE,
      conditions: [condition('Ready', { status: 'False', changedAt: NOON - 2 * MINUTE }), ...pressures()],
    }),
  ),
  story('a drained node that reboots', node('node-1', { isUnschedulable: true, conditions: lost(5 * MINUTE) })),
  story(
    'a drained node that does not come back',
    node('node-1', { isUnschedulable: true, conditions: lost(16 * MINUTE) }),
    'node-not-ready',
  ),
  story(
    'a node that the autoscaler takes away',
    node('node-1', { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }], conditions: lost(5 * MINUTE) }),
  ),
  story('a node short of disk', node('node-1', { conditions: [condition('Ready'), ...pressures('DiskPressure')] }), 'node-pressure'),
];

const claim = (ageMs: number, phase = 'Pending') => persistentVolumeClaim('data', { phase, createdAt: NOON - ageMs });
const seeking = claim(10 * MINUTE);
const said = (reason: string, sinceMs: number) =>
  clusterEvent(seeking, reason, {
    firstAt: NOON - sinceMs,
    at: NOON - 10_000,
    count: 5,
    message: 'storageclass.storage.k8s.io "fast" not found',
  });

const storage: readonly Story[] = [
  story('a bound claim', claim(10 * MINUTE, 'Bound')),
  story('a claim that no provisioner can serve', seeking, 'pvc-pending', [said('ProvisioningFailed', 10 * MINUTE)]),
  story('a claim that waits for its first consumer', seeking, undefined, [said('WaitForFirstConsumer', 10 * MINUTE)]),
  story('a claim whose consumer has just come', seeking, undefined, [
    { ...said('WaitForFirstConsumer', 10 * MINUTE), at: NOON - MINUTE },
    said('ExternalProvisioning', 30_000),
  ]),
  story('a claim of a minute ago', claim(MINUTE), undefined, [said('FailedBinding', MINUTE)]),
  story('a claim that has lost its volume', claim(10 * MINUTE, 'Lost'), 'pvc-pending'),
  story(
    'a claim that a finalizer holds',
    persistentVolumeClaim('data', { deletedAt: NOON - 11 * MINUTE, finalizers: ['kubernetes.io/pvc-protection'] }),
    'stuck-terminating',
  ),
  story(
    'a namespace that does not go',
    namespace('old', {
      phase: 'Terminating',
      deletedAt: NOON - 11 * MINUTE,
      conditions: [condition('NamespaceFinalizersRemaining', { message: 'Some content in the namespace has finalizers remaining' })],
    }),
    'stuck-terminating',
  ),
  story('a namespace that is being cleared', namespace('old', { phase: 'Terminating', deletedAt: NOON - 9 * MINUTE })),
];

const able = condition('AbleToScale', { reason: 'ReadyForNewScale' });
const active = condition('ScalingActive', { reason: 'ValidMetricFound' });
const limited = (reason: string, ageMs: number) => condition('ScalingLimited', { reason, changedAt: NOON - ageMs });
const atMaximum = { currentReplicas: 10, desiredReplicas: 10, maxReplicas: 10 };
const blind = (reason: string, ageMs: number) =>
  condition('ScalingActive', { status: 'False', reason, message: 'unable to get metrics for resource cpu', changedAt: NOON - ageMs });

const autoscalers: readonly Story[] = [
  story('an autoscaler at work', horizontalPodAutoscaler('cart')),
  story(
    'an autoscaler at its maximum',
    horizontalPodAutoscaler('cart', { ...atMaximum, conditions: [able, active, limited('TooManyReplicas', 6 * MINUTE)] }),
    'hpa-saturated',
  ),
  story(
    'an autoscaler at its maximum for a peak',
    horizontalPodAutoscaler('cart', { ...atMaximum, conditions: [able, active, limited('TooManyReplicas', MINUTE)] }),
  ),
  story(
    'an autoscaler at its minimum',
    horizontalPodAutoscaler('cart', { currentReplicas: 1, conditions: [able, active, limited('TooFewReplicas', 60 * MINUTE)] }),
  ),
  story(
    'an autoscaler pinned to one size',
    horizontalPodAutoscaler('cart', { ...atMaximum, minReplicas: 10, conditions: [able, active, limited('TooManyReplicas', 60 * MINUTE)] }),
  ),
  story(
    'an autoscaler without metrics',
    horizontalPodAutoscaler('cart', { conditions: [able, blind('FailedGetResourceMetric', 5 * MINUTE)] }),
    'hpa-unable',
  ),
  story(
    'an autoscaler of pods that have just started',
    horizontalPodAutoscaler('cart', { conditions: [able, blind('FailedGetResourceMetric', MINUTE)] }),
  ),
  story(
    'an autoscaler of a workload that was scaled to zero',
    horizontalPodAutoscaler('cart', { conditions: [able, blind('ScalingDisabled', 60 * MINUTE)] }),
  ),
  story(
    'an autoscaler without its target',
    horizontalPodAutoscaler('cart', {
      conditions: [
        condition('AbleToScale', {
          status: 'False',
          reason: 'FailedGetScale',
          message: 'deployments.apps "cart" not found',
          changedAt: NOON - 5 * MINUTE,
        }),
      ],
    }),
    'hpa-unable',
  ),
];

/** Nodes, storage, namespaces and autoscalers. */
export const builtCluster: readonly Story[] = [...nodes, ...storage, ...autoscalers];
