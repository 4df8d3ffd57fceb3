/** Stories with a rollout in them that is not the cause, as far as the cluster shows it. */
import { condition, LONG_AGO, manager, NOON } from '../../fakes/object-meta.ts';
import { deployment, node, replicaSet } from '../../fakes/objects.ts';
import { clusterEvent } from '../../fakes/view.ts';
import { fallen, unscheduled } from '../circumstances.ts';
import { crashing, noImage, unready, waiting } from '../containers.ts';
import type { LabelledCase, Scene } from '../labelled-case.ts';
import { deployments, inShapes, MINUTE, template } from '../rollout-scene.ts';

const unreachable = 'dial tcp 192.0.2.7:443: i/o timeout';
const restart = ({ container }: { readonly container: string }) => [template(container), template(container)] as const;
const fromConfigMap = (key: string) => ({ envFrom: [{ configMapRef: { name: 'settings' } }], args: [key] });

export const notTheRollout: readonly LabelledCase[] = [
  {
    name: 'new pods for which no node has room',
    source: 'built',
    expected: 'insufficient-capacity',
    scenes: inShapes(
      {
        rolledOutMs: 12 * MINUTE,
        isLate: true,
        fresh: waiting('ContainerCreating'),
        freshPod: unscheduled(
          '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found',
          12 * MINUTE,
        ),
      },
      deployments,
    ),
  },
  {
    name: 'new pods that a quota does not let be created',
    source: 'built',
    expected: 'quota-exhausted',
    scenes: [
      refused(
        'pods "cart-7f-" is forbidden: exceeded quota: compute, requested: limits.memory=1Gi, used: limits.memory=8Gi, limited: limits.memory=8Gi',
      ),
    ],
  },
  {
    name: 'new pods that a webhook does not let be created',
    source: 'built',
    expected: 'admission-refused',
    scenes: [
      refused('Internal error occurred: failed calling webhook "check.policy.test": failed to call webhook: connection refused'),
      refused('pods "cart-7f-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false'),
    ],
  },
  {
    name: 'new pods on a node that was lost after they came',
    source: 'built',
    expected: 'node-failure',
    scenes: inShapes(
      {
        rolledOutMs: 12 * MINUTE,
        isLate: true,
        fresh: unready(10 * MINUTE),
        freshPod: { nodeName: 'node-9' },
        around: () => [
          node('node-9', {
            conditions: [condition('Ready', { status: 'Unknown', reason: 'NodeStatusUnknown', changedAt: NOON - 5 * MINUTE })],
          }),
        ],
      },
      deployments,
    ),
  },
  {
    name: 'old and new pods that crash since the database is down',
    source: 'built',
    expected: 'dependency-unavailable',
    scenes: inShapes({
      fresh: crashing({ message: 'cannot reach postgres:5432' }),
      old: crashing({ message: 'cannot reach postgres:5432' }),
      around: () => fallen('postgres', NOON - 6 * MINUTE),
    }),
  },
  {
    name: 'new pods that crash since the database fell, beside old ones that have not noticed',
    source: 'built',
    expected: 'dependency-unavailable',
    scenes: inShapes({ fresh: crashing({ message: 'dial tcp: connection refused' }), around: () => fallen('postgres', NOON - 5 * MINUTE) }),
  },
  {
    name: 'a restart of all pods while the database is down',
    source: 'built',
    expected: 'dependency-unavailable',
    scenes: inShapes((shape) => ({ fresh: crashing(), templates: restart(shape), around: () => fallen('postgres', NOON - 20 * MINUTE) })),
  },
  {
    name: 'a restart of all pods after their ConfigMap was deleted',
    source: 'built',
    expected: 'configuration-missing',
    scenes: inShapes((shape) => ({
      fresh: waiting('CreateContainerConfigError', 'configmap "settings" not found'),
      templates: restart(shape),
    })),
  },
  {
    name: 'another argument in the rollout, and a ConfigMap that was deleted meanwhile',
    source: 'built',
    expected: 'configuration-missing',
    scenes: inShapes(({ container }) => ({
      fresh: waiting('CreateContainerConfigError', 'configmap "settings" not found'),
      templates: [template(container, fromConfigMap('-v1')), template(container, fromConfigMap('-v2'))],
    })),
  },
  {
    name: 'a registry that cannot be reached during a rollout',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes({ fresh: noImage('registry.test/shop/cart:2', unreachable) }),
  },
  {
    name: 'a registry that limits the rate of pulls during a rollout',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes({
      fresh: noImage('registry.test/shop/cart:2', '429 Too Many Requests - toomanyrequests: You have reached your pull rate limit'),
    }),
  },
  {
    name: 'a pull secret that has run out by the time of a rollout',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes({ fresh: noImage('registry.test/shop/cart:2', 'failed to authorize: 401 Unauthorized') }),
  },
  {
    name: 'a changed environment while the unchanged image has been deleted from the registry',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes(({ container }) => ({
      fresh: noImage('registry.test/shop/cart:1'),
      templates: [template(container), template(container, { env: [{ name: 'A', value: 'b' }] })],
    })),
  },
  {
    name: 'new pods that serve, and one on a full node that cannot pull',
    source: 'built',
    expected: 'node-pressure',
    scenes: inShapes({
      fresh: noImage('registry.test/shop/cart:2', 'write /var/lib/containerd: no space left on device'),
      freshCount: 2,
      healthyFresh: 1,
      rolledOutMs: 5 * MINUTE,
    }),
  },
  {
    name: 'the crash that is left after kubemend itself rolled back',
    source: 'built',
    expected: 'application-crash',
    scenes: inShapes({
      fresh: crashing(),
      workload: {
        managers: [
          manager('kubectl-set', { at: NOON - 20 * MINUTE }),
          manager('kubemend', { at: NOON - 3 * MINUTE, touches: ['template'] }),
        ],
      },
    }),
  },
  {
    name: 'a scale-up of a complete revision whose image is gone',
    source: 'built',
    expected: 'image-unavailable',
    scenes: inShapes(
      {
        rolledOutMs: 3 * 24 * 60 * MINUTE,
        oldCount: 0,
        freshCount: 3,
        healthyFresh: 2,
        fresh: noImage('registry.test/shop/cart:2'),
        freshPod: { createdAt: NOON - 3 * MINUTE, startedAt: NOON - 3 * MINUTE },
      },
      deployments,
    ),
  },
];

/** A Deployment whose new ReplicaSet is refused its pods. */
function refused(message: string): Scene {
  const owner = deployment('cart', {
    annotations: { 'deployment.kubernetes.io/revision': '2' },
    updatedReplicas: 0,
    conditions: [
      condition('Available'),
      condition('Progressing', { status: 'False', reason: 'ProgressDeadlineExceeded', changedAt: NOON - MINUTE }),
    ],
  });
  const old = replicaSet('cart-5d', { ownedBy: owner, replicas: 3, createdAt: LONG_AGO });
  const failure = condition('ReplicaFailure', { reason: 'FailedCreate', message, changedAt: NOON - 11 * MINUTE });
  const newest = replicaSet('cart-7f', {
    ownedBy: owner,
    revision: 2,
    replicas: 1,
    readyReplicas: 0,
    createdAt: NOON - 11 * MINUTE,
    conditions: [failure],
  });
  const event = clusterEvent(newest, 'FailedCreate', { message: `Error creating: ${message}`, count: 12, firstAt: NOON - 11 * MINUTE });
  return { about: owner.meta.ref, objects: [owner, old, newest], events: [event] };
}
