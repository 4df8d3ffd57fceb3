/** Stories about the processes of a workload that has run well for days: crashes, hangs, memory, and what they depend on. */
import { LONG_AGO, NOON } from '../../fakes/object-meta.ts';
import { container, horizontalPodAutoscaler, node } from '../../fakes/objects.ts';
import { fallen, killedByProbe, lostReadiness } from '../circumstances.ts';
import { crashing, oomKilled } from '../containers.ts';
import type { LabelledCase } from '../labelled-case.ts';
import { MINUTE, type RolloutStory, type Shape, shapes, steadily } from '../rollout-scene.ts';

const HOUR = 60 * MINUTE;
type Row = readonly [
  name: string,
  expected: LabelledCase['expected'],
  story: RolloutStory | ((shape: Shape) => RolloutStory),
  dressed?: readonly Shape[],
];
const many: readonly Shape[] = [
  { kind: 'Deployment', name: 'web', replicas: 4, container: 'nginx' },
  { kind: 'DaemonSet', name: 'log-shipper', replicas: 5, container: 'fluent' },
];
const lone: readonly Shape[] = [{ kind: 'Deployment', name: 'solo', replicas: 1, container: 'app' }];
const unready = { ready: false } as const;
const some =
  (sick: number) =>
  ({ replicas }: Shape) => ({ fresh: unready, freshPod: lostReadiness(3 * MINUTE), healthyFresh: replicas - sick });
/** Killed for its probe again and again, well for days before. */
const probed = (probe: 'liveness' | 'startup', sick: number) => (shape: Shape) => ({
  fresh: crashing({ exitCode: 137, ranMs: 40_000, restarts: 5 }),
  healthyFresh: Math.max(0, shape.replicas - sick),
  events: killedByProbe(shape.container, probe),
});
const killed =
  (limitMiB: number, options: Parameters<typeof oomKilled>[1], sick = 1) =>
  ({ replicas }: Shape) => ({
    fresh: oomKilled(limitMiB, options),
    healthyFresh: Math.max(0, replicas - sick),
  });
/** Killed after even lives of so long: the pod began with the first. */
const leaking =
  (lifeMs: number, lives: number, sick = 1) =>
  ({ replicas }: Shape) => {
    const startedAt = NOON - 10_000 - lifeMs * lives;
    return {
      fresh: { ...oomKilled(256, { ranMs: lifeMs - 15_000, restarts: lives, agoMs: 10_000 }) },
      freshPod: { createdAt: startedAt, startedAt },
      healthyFresh: Math.max(0, replicas - sick),
    };
  };

const rows: readonly Row[] = [
  ['a deadlock in one pod of several', 'application-hang', some(1)],
  ['two hung pods of a larger workload', 'application-hang', some(2), many],
  [
    'a hung pod beside a neighbour that has been down for days',
    'application-hang',
    (shape) => ({ ...some(1)(shape), around: () => fallen('old-job-runner', LONG_AGO) }),
  ],
  [
    'a hung pod on a node that was cordoned for maintenance',
    'application-hang',
    ({ replicas }) => ({
      fresh: unready,
      freshPod: { nodeName: 'node-4', ...lostReadiness(30 * MINUTE) },
      healthyFresh: replicas - 1,
      around: () => [node('node-4', { isUnschedulable: true })],
    }),
  ],
  [
    'a hung sidecar that takes its pod out of service',
    'application-hang',
    ({ replicas, container: name }) => ({
      healthyFresh: replicas - 1,
      freshPod: { ...lostReadiness(3 * MINUTE), containers: [container(name), container('proxy', unready)] },
    }),
  ],
  [
    'a hung pod of a workload at the maximum of its autoscaler',
    'application-hang',
    (shape) => ({ ...some(1)(shape), around: () => [horizontalPodAutoscaler('cart', { currentReplicas: 10, desiredReplicas: 10 })] }),
    [{ kind: 'Deployment', name: 'cart', replicas: 10, container: 'app' }],
  ],
  [
    'a pod that hangs just after its peers have been restarted',
    'application-hang',
    ({ replicas }) => ({
      fresh: unready,
      freshPod: lostReadiness(2 * MINUTE),
      healthyFresh: replicas - 1,
      rolledOutMs: 40 * MINUTE,
    }),
    many,
  ],
  [
    'a pod that hangs at the maximum of its threads, of many',
    'application-hang',
    some(1),
    [{ kind: 'StatefulSet', name: 'broker', replicas: 9, container: 'kafka' }],
  ],
  ['a pod that alone has lost its connection to a database that others reach', 'dependency-unavailable', some(1), many],
  ['a pod that takes itself out of service while it warms up a cache again', 'nothing', some(1), many],
  ['all pods unready at once for a service outside the cluster', 'dependency-unavailable', (shape) => some(shape.replicas)(shape), many],
  [
    'all pods unready since the database of the same namespace fell',
    'dependency-unavailable',
    (shape) => ({ ...some(shape.replicas)(shape), around: () => fallen('postgres', NOON - 4 * MINUTE) }),
  ],
  [
    'all pods crashing since the database of the same namespace fell',
    'dependency-unavailable',
    { fresh: crashing(), around: () => fallen('redis', NOON - 9 * MINUTE) },
  ],
  [
    'pods killed for a liveness probe that asks the database, which fell',
    'dependency-unavailable',
    (shape) => ({ ...probed('liveness', 99)(shape), around: () => fallen('mysql', NOON - 8 * MINUTE) }),
  ],
  [
    'a pod that crashes alone, its own doing, while a neighbour happens to fall',
    'application-crash',
    ({ replicas }) => ({ fresh: crashing(), healthyFresh: replicas - 1, around: () => fallen('batch', NOON - 10 * MINUTE) }),
  ],
  ['a lone pod that hangs', 'application-hang', some(1), lone],

  ['one pod that is killed for its liveness probe', 'application-hang', probed('liveness', 1)],
  ['all pods killed for their liveness probe by a deadlock', 'application-hang', probed('liveness', 99)],
  ['two pods killed for their liveness probe', 'application-hang', probed('liveness', 2), many],
  ['a pod that never passes its startup probe again on a full disk of its own', 'application-hang', probed('startup', 1)],
  ['a lone pod killed for its liveness probe', 'application-hang', probed('liveness', 1), lone],
  [
    'a pod killed for its probe and running again',
    'application-hang',
    (shape) => ({ ...probed('liveness', 1)(shape), fresh: crashing({ exitCode: 137, ranMs: 40_000, restarts: 5, againMs: 4_000 }) }),
  ],
  [
    'a pod killed for its probe, exiting cleanly on SIGTERM',
    'application-hang',
    (shape) => ({ ...probed('liveness', 1)(shape), fresh: crashing({ exitCode: 0, reason: 'Completed', ranMs: 40_000, restarts: 6 }) }),
  ],
  [
    'a pod killed for its probe, shown as terminated',
    'application-hang',
    (shape) => ({ ...probed('liveness', 1)(shape), fresh: crashing({ exitCode: 143, ranMs: 40_000, restarts: 3, asTerminated: true }) }),
  ],
  ['a probe that is too strict under a peak of load', 'insufficient-capacity', probed('liveness', 99), many],
  [
    'a sidecar killed for its probe',
    'application-hang',
    ({ replicas, container: name }) => ({
      healthyFresh: replicas - 1,
      freshPod: {
        ...lostReadiness(MINUTE),
        containers: [container(name), container('mesh', crashing({ exitCode: 137, ranMs: 40_000, restarts: 5 }))],
      },
      events: killedByProbe('mesh', 'liveness'),
    }),
  ],

  ['one pod that crashes with exit code 1', 'application-crash', ({ replicas }) => ({ fresh: crashing(), healthyFresh: replicas - 1 })],
  [
    'all pods crashing on a poisoned message',
    'application-crash',
    { fresh: crashing({ exitCode: 139, message: 'segmentation fault', ranMs: 30_000 }) },
  ],
  [
    'a process that ends with exit code 0 again and again',
    'application-crash',
    { fresh: crashing({ exitCode: 0, reason: 'Completed', restarts: 6 }) },
  ],
  [
    'a SIGKILL that nobody explains',
    'application-crash',
    ({ replicas }) => ({ fresh: crashing({ exitCode: 137 }), healthyFresh: replicas - 1 }),
  ],
  [
    'all pods crashing for a service outside the cluster',
    'dependency-unavailable',
    { fresh: crashing({ message: 'payment gateway: 503' }) },
  ],
  [
    'a crashing sidecar',
    'application-crash',
    ({ replicas, container: name }) => ({
      healthyFresh: replicas - 1,
      freshPod: { ...lostReadiness(MINUTE), containers: [container(name), container('mesh', crashing())] },
    }),
  ],

  ['a start that needs more than the limit', 'memory-limit-too-low', killed(48, { ranMs: 5_000 })],
  ['a start that needs more than the limit, on all pods', 'memory-limit-too-low', killed(64, { ranMs: 8_000 }, 99)],
  [
    'a kill at the limit under a peak of load, the first in days',
    'memory-limit-too-low',
    killed(512, { ranMs: 50 * HOUR, restarts: 1, asTerminated: true }),
  ],
  ['kills at the limit at uneven times of load', 'memory-limit-too-low', killed(512, { ranMs: 20 * MINUTE, restarts: 4 })],
  ['a kill shown as terminated', 'memory-limit-too-low', killed(48, { ranMs: 5_000, asTerminated: true })],
  ['a killed pod that runs again', 'memory-limit-too-low', killed(128, { ranMs: 90_000, againMs: 4_000 })],
  [
    'a killed sidecar',
    'memory-limit-too-low',
    ({ replicas, container: name }) => ({
      healthyFresh: replicas - 1,
      freshPod: { ...lostReadiness(MINUTE), containers: [container(name), container('mesh', oomKilled(32, { ranMs: 9_000 }))] },
    }),
  ],
  ['two pods killed while they load a grown data set', 'memory-limit-too-low', killed(1024, { ranMs: 45_000 }, 2), many],
  [
    'a killed init container',
    'memory-limit-too-low',
    ({ replicas, container: name }) => ({
      healthyFresh: replicas - 1,
      freshPod: {
        ...lostReadiness(MINUTE),
        containers: [
          container('seed', { role: 'init', ...oomKilled(16, { ranMs: 2_000 }) }),
          container(name, { ready: false, state: { is: 'waiting', reason: 'PodInitializing' } }),
        ],
      },
    }),
  ],
  ['a large query that takes all memory within two minutes', 'memory-limit-too-low', killed(256, { ranMs: 110_000, restarts: 2 })],
  ['a fast leak, killed every two minutes', 'memory-leak', leaking(2 * MINUTE, 5)],
  ['a leak by load, killed at uneven times', 'memory-leak', killed(256, { ranMs: 3 * HOUR, restarts: 6 })],
  ['a slow leak, killed every six hours', 'memory-leak', leaking(6 * HOUR, 4)],
  ['a slow leak in all pods', 'memory-leak', leaking(2 * HOUR, 8, 99)],
  ['a leak that takes 20 minutes', 'memory-leak', leaking(20 * MINUTE, 6)],
  ['a nightly job in the process that needs more than the limit', 'memory-limit-too-low', leaking(24 * HOUR, 3)],
];

export const processes: readonly LabelledCase[] = rows.map(([name, expected, story, dressed = shapes]) => ({
  name,
  source: 'built',
  expected,
  scenes: steadily(story, dressed),
}));
