/** Stories about room, quota, admission, storage, jobs and autoscalers. */
import { condition, NOON } from '../../fakes/object-meta.ts';
import { cronJob, horizontalPodAutoscaler, job, namespace, persistentVolumeClaim, pod, statefulSet } from '../../fakes/objects.ts';
import { clusterEvent } from '../../fakes/view.ts';
import { lostReadiness, unscheduled } from '../circumstances.ts';
import { noImage, waiting } from '../containers.ts';
import type { LabelledCase, Scene } from '../labelled-case.ts';
import { MINUTE, type RolloutStory, type Shape, shapes, steadily } from '../rollout-scene.ts';

const about = (object: Scene['objects'][number], events: Scene['events'] = []): Scene => ({
  about: object.meta.ref,
  objects: [object],
  events,
});

const failedJob = (reason: string, failed: number) =>
  job('report', {
    active: 0,
    failed,
    conditions: [condition('Failed', { reason, message: 'Job has reached the specified backoff limit', changedAt: NOON - 2 * MINUTE })],
  });
const claim = (reason: string, message: string): Scene => {
  const pending = persistentVolumeClaim('data', { phase: 'Pending' });
  return about(pending, [clusterEvent(pending, reason, { message, firstAt: NOON - 20 * MINUTE, count: 40 })]);
};
const hpa = (type: string, status: 'True' | 'False', reason: string, message = '') =>
  about(
    horizontalPodAutoscaler('cart', {
      currentReplicas: 10,
      desiredReplicas: 10,
      conditions: [
        condition('AbleToScale'),
        ...['ScalingActive', 'ScalingLimited'].map((other) =>
          condition(
            other,
            other === type
              ? { status, reason, message, changedAt: NOON - 10 * MINUTE }
              : { status: other === 'ScalingActive' ? 'True' : 'False' },
          ),
        ),
      ],
    }),
  );
const event = (reason: string, message: string) => (pods: readonly Scene['objects'][number][]) =>
  pods.map((object) => clusterEvent(object, reason, { message, firstAt: NOON - 8 * MINUTE, count: 6 }));
const sick =
  (story: RolloutStory) =>
  (shape: Shape): RolloutStory => ({ healthyFresh: shape.replicas - 1, ...story });
/** Shapes without an init container, which would have to have run before. */
const plain = shapes.filter(({ crowded }) => crowded === undefined);
const setUp = {
  fresh: waiting('ContainerCreating'),
  freshPod: { phase: 'Pending' as const, startedAt: NOON - 9 * MINUTE, nodeName: 'node-2', ...lostReadiness(9 * MINUTE) },
};

const rows: readonly (readonly [string, LabelledCase['expected'], readonly Scene[]])[] = [
  [
    'a scale-up for which no node has room',
    'insufficient-capacity',
    steadily(sick({ freshPod: unscheduled('0/3 nodes are available: 3 Insufficient cpu.', 5 * MINUTE) })),
  ],
  [
    'pods for which every node is tainted',
    'insufficient-capacity',
    steadily(sick({ freshPod: unscheduled('0/3 nodes are available: 3 node(s) had untolerated taint(s).', 5 * MINUTE) })),
  ],
  [
    'more pods than the nodes may carry',
    'insufficient-capacity',
    steadily(sick({ freshPod: unscheduled('0/3 nodes are available: 3 Too many pods.', 5 * MINUTE) })),
  ],
  [
    'pods that wait for lost nodes',
    'node-failure',
    steadily(
      sick({
        freshPod: unscheduled('0/2 nodes are available: 2 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.', 5 * MINUTE),
      }),
    ),
  ],
  [
    'a pod that waits for a volume in another zone',
    'storage-unavailable',
    steadily(sick({ freshPod: unscheduled('0/3 nodes are available: 3 node(s) had volume node affinity conflict.', 5 * MINUTE) })),
  ],
  [
    'a volume that cannot be attached',
    'storage-unavailable',
    steadily(
      sick({ ...setUp, events: event('FailedAttachVolume', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) x') }),
      plain,
    ),
  ],
  [
    'a mount that times out',
    'storage-unavailable',
    steadily(
      sick({ ...setUp, events: event('FailedMount', 'MountVolume.SetUp failed for volume "data" : rpc error: code = DeadlineExceeded') }),
      plain,
    ),
  ],
  [
    'a mount of a ConfigMap that does not exist',
    'configuration-missing',
    steadily(
      sick({ ...setUp, events: event('FailedMount', 'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found') }),
      plain,
    ),
  ],
  [
    'a claim that no provisioner can serve',
    'storage-unavailable',
    [claim('ProvisioningFailed', 'failed to provision volume: quota of the storage system exceeded')],
  ],
  [
    'a claim without a class',
    'storage-unavailable',
    [claim('FailedBinding', 'no persistent volumes available for this claim and no storage class is set')],
  ],
  [
    'a claim that has lost its volume',
    'storage-unavailable',
    [about(persistentVolumeClaim('data', { phase: 'Lost', volumeName: 'pv-1' }))],
  ],
  [
    'a claim that a finalizer holds',
    'stuck-finalizer',
    [about(persistentVolumeClaim('data', { deletedAt: NOON - 30 * MINUTE, finalizers: ['kubernetes.io/pvc-protection'] }))],
  ],
  [
    'a namespace that does not go',
    'stuck-finalizer',
    [
      about(
        namespace('old', {
          phase: 'Terminating',
          deletedAt: NOON - 60 * MINUTE,
          conditions: [
            condition('NamespaceFinalizersRemaining', {
              message: 'Some content in the namespace has finalizers remaining: example.test/hold',
            }),
          ],
        }),
      ),
    ],
  ],
  [
    'a pod that a finalizer holds',
    'stuck-finalizer',
    [about(pod('job-x', { deletedAt: NOON - 25 * MINUTE, finalizers: ['example.test/backup'] }))],
  ],
  ['a job that has failed too often', 'job-failure', [about(failedJob('BackoffLimitExceeded', 7))]],
  ['a job that has missed its deadline', 'job-failure', [about(failedJob('DeadlineExceeded', 1))]],
  ['a schedule whose newest job has failed', 'job-failure', [nightly()]],
  [
    'an autoscaler at its maximum',
    'autoscaler-limit',
    [hpa('ScalingLimited', 'True', 'TooManyReplicas', 'the desired replica count is more than the maximum replica count')],
  ],
  [
    'an autoscaler whose metrics server is down',
    'dependency-unavailable',
    [
      hpa(
        'ScalingActive',
        'False',
        'FailedGetResourceMetric',
        'the HPA was unable to compute the replica count: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request',
      ),
    ],
  ],
  [
    'an image that vanished from the registry, met after a restart',
    'image-unavailable',
    steadily(sick({ fresh: noImage('registry.test/shop/cart:2') })),
  ],
  [
    'an image on a node whose disk is full',
    'node-pressure',
    steadily(sick({ fresh: noImage('registry.test/shop/cart:2', 'no space left on device') })),
  ],
  [
    'a webhook that is down, met by a StatefulSet',
    'admission-refused',
    [refusedSet('admission webhook "check.test" denied the request: image not signed')],
  ],
  [
    'a quota met by a StatefulSet',
    'quota-exhausted',
    [refusedSet('pods "ledger-2" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=10, limited: pods=10')],
  ],
];

function nightly(): Scene {
  const owner = cronJob('nightly');
  const failed = { ...failedJob('BackoffLimitExceeded', 3) };
  const owned = {
    ...failed,
    meta: {
      ...failed.meta,
      owners: [{ apiGroup: 'batch', kind: 'CronJob', name: 'nightly', uid: owner.meta.ref.uid ?? '', controller: true }],
    },
  };
  return { about: owner.meta.ref, objects: [owner, owned] };
}

function refusedSet(message: string): Scene {
  const owner = statefulSet('ledger', { readyReplicas: 2, availableReplicas: 2 });
  const pods = [0, 1].map((index) => pod(`ledger-${index}`, { ownedBy: owner }));
  return {
    about: owner.meta.ref,
    objects: [owner, ...pods],
    events: [
      clusterEvent(owner, 'FailedCreate', {
        message: `create Pod ledger-2 in StatefulSet ledger failed error: ${message}`,
        firstAt: NOON - 5 * MINUTE,
        count: 9,
      }),
    ],
  };
}

export const clusterCases: readonly LabelledCase[] = rows.map(([name, expected, scenes]) => ({ name, source: 'built', expected, scenes }));
