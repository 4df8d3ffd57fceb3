/** Stories in which something changed shortly before, and rollouts of which nothing proves that the revision before served. */
import { condition, NOON } from '../../fakes/object-meta.ts';
import { node } from '../../fakes/objects.ts';
import { fallen, killedByProbe, lostReadiness } from '../circumstances.ts';
import { crashing, noImage, oomKilled, waiting } from '../containers.ts';
import type { LabelledCase } from '../labelled-case.ts';
import { deployments, inShapes, MINUTE, type RolloutStory, type Shape, steadily, template } from '../rollout-scene.ts';

type Telling = RolloutStory | ((shape: Shape) => RolloutStory);
type Row = readonly [name: string, expected: LabelledCase['expected'], story: Telling];

/** Done 20 minutes ago; the pods came with it and began to fail a little while ago. */
const done =
  (story: Telling) =>
  (shape: Shape): RolloutStory => ({
    rolledOutMs: 20 * MINUTE,
    ...(typeof story === 'function' ? story(shape) : story),
  });
const lostAll = { fresh: { ready: false }, freshPod: lostReadiness(4 * MINUTE) };
const limits = (memory: string) => ({ resources: { limits: { memory } } });
const justBefore: readonly Row[] = [
  ['a new image that crashes once its first batch is full', 'bad-rollout', { fresh: crashing({ restarts: 3 }) }],
  ['a new image that runs out of connections and loses readiness', 'bad-rollout', lostAll],
  ['a new image that leaks', 'bad-rollout', { fresh: oomKilled(128, { ranMs: 6 * MINUTE, restarts: 2 }) }],
  [
    'a lowered limit that a warm cache exceeds',
    'bad-rollout',
    ({ container }) => ({
      fresh: oomKilled(64, { ranMs: 9 * MINUTE, restarts: 1, asTerminated: true }),
      templates: [template(container, limits('512Mi')), template(container, limits('64Mi'))],
    }),
  ],
  [
    'a new image that deadlocks after a while',
    'bad-rollout',
    ({ container }) => ({
      fresh: crashing({ exitCode: 137, ranMs: 5 * MINUTE, restarts: 2 }),
      events: killedByProbe(container, 'liveness'),
    }),
  ],
  [
    'a changed environment that bites at the first request',
    'bad-rollout',
    ({ container }) => ({
      fresh: { ...crashing({ restarts: 3 }), image: 'registry.test/shop/cart:1' },
      templates: [
        template(container, { env: [{ name: 'CACHE', value: 'a' }] }),
        template(container, { env: [{ name: 'CACHE', value: 'b' }] }),
      ],
    }),
  ],
  [
    'a removed liveness argument after which the process ends',
    'bad-rollout',
    ({ container }) => ({
      fresh: crashing({ exitCode: 2, restarts: 3 }),
      templates: [template(container, { args: ['--serve'] }), template(container)],
    }),
  ],
  ['a new image that half of the pods have not yet failed on', 'bad-rollout', { fresh: crashing({ restarts: 3, ranMs: 60_000 }) }],
  [
    'a changed readiness probe that fails once the load comes',
    'bad-rollout',
    ({ container }) => ({
      ...lostAll,
      templates: [
        template(container),
        template(container, { readinessProbe: { httpGet: { path: '/deep', port: 80 }, timeoutSeconds: 1 } }),
      ],
    }),
  ],
  ['a new sidecar image that crashes after a quarter of an hour', 'bad-rollout', { fresh: crashing({ exitCode: 134, restarts: 3 }) }],
  ['a service outside the cluster that fails 15 minutes after a rollout', 'dependency-unavailable', lostAll],
  [
    'a peak of load shortly after a harmless rollout',
    'memory-limit-too-low',
    { fresh: oomKilled(256, { ranMs: 18 * MINUTE, restarts: 1, asTerminated: true }) },
  ],
  [
    'a database of the namespace that falls after a rollout',
    'dependency-unavailable',
    { ...lostAll, around: () => fallen('postgres', NOON - 5 * MINUTE) },
  ],
  ['one hung pod shortly after a rollout', 'application-hang', ({ replicas }) => ({ ...lostAll, healthyFresh: replicas - 1 })],
  [
    'a crash shortly after a mere restart',
    'application-crash',
    ({ container }) => ({ fresh: crashing({ restarts: 3 }), templates: [template(container), template(container)] }),
  ],
  ['a crash hours after a rollout', 'application-crash', { rolledOutMs: 5 * 60 * MINUTE, fresh: crashing({ restarts: 3 }) }],
];

const recreate = { strategy: 'Recreate' };
const unproven =
  (story: Telling) =>
  ({ replicas, ...shape }: Shape): RolloutStory => ({
    oldCount: 0,
    freshCount: replicas,
    workload: shape.kind === 'Deployment' ? recreate : {},
    ...(typeof story === 'function' ? story({ replicas, ...shape }) : story),
  });
const single: readonly Shape[] = [{ kind: 'StatefulSet', name: 'vault', replicas: 1, container: 'vault' }, ...deployments];
const withoutProof: readonly Row[] = [
  [
    'a replaced last pod that lacks its new ConfigMap',
    'bad-rollout',
    ({ container }) => ({
      fresh: waiting('CreateContainerConfigError', 'configmap "tuning" not found'),
      templates: [template(container), template(container, { envFrom: [{ configMapRef: { name: 'tuning' } }] })],
    }),
  ],
  [
    'a replaced last pod that runs out of a lowered limit',
    'bad-rollout',
    ({ container }) => ({
      fresh: oomKilled(32),
      templates: [template(container, limits('256Mi')), template(container, limits('32Mi'))],
    }),
  ],
  [
    'a replaced last pod that does not start its new command',
    'bad-rollout',
    ({ container }) => ({
      fresh: crashing({ exitCode: 128, reason: 'StartError', message: 'no such file' }),
      templates: [template(container, { command: ['a'] }), template(container, { command: ['b'] })],
    }),
  ],
  [
    'a replaced last pod that fails its new liveness probe',
    'bad-rollout',
    ({ container }) => ({
      fresh: crashing({ exitCode: 137, ranMs: 20_000 }),
      templates: [template(container), template(container, { livenessProbe: { tcpSocket: { port: 1 } } })],
      events: killedByProbe(container, 'liveness'),
    }),
  ],
  [
    'a replaced last pod that crashes by a changed argument',
    'bad-rollout',
    ({ container }) => ({
      fresh: crashing(),
      templates: [template(container, { args: ['-a'] }), template(container, { args: ['-b'] })],
    }),
  ],
  ['a replaced last pod with a mistyped tag', 'bad-rollout', { fresh: noImage('registry.test/shop/cart:2') }],
  ['a replaced last pod whose new image ends by a signal', 'bad-rollout', { fresh: crashing({ exitCode: 139 }) }],
  ['a second try of a program that has never run', 'application-crash', { fresh: crashing() }],
  ['a second try of a program that never had enough memory', 'memory-limit-too-low', { fresh: oomKilled(48) }],
];

const nodeWith = (type: string, reason: string) =>
  node('node-1', { conditions: [condition('Ready'), condition(type, { reason, changedAt: NOON - 6 * MINUTE })] });
const backAgain = node('node-1', { conditions: [condition('Ready', { changedAt: NOON - 6 * MINUTE })] });
const nodeShape: readonly Shape[] = [{ kind: 'Deployment', name: 'api', replicas: 6, container: 'api' }];
/** Four pods well on other nodes, two sick on node-1. */
const onOneNode = (story: RolloutStory): RolloutStory => ({
  healthyFresh: 4,
  ...story,
  freshPod: { nodeName: 'node-1', ...story.freshPod },
});
const nodes: readonly Row[] = [
  [
    'pods that crash on a node whose file system became read-only',
    'node-failure',
    onOneNode({ fresh: crashing(), around: () => [nodeWith('ReadonlyFilesystem', 'FilesystemIsReadOnly')] }),
  ],
  [
    'pods unready on a node whose kernel hangs',
    'node-failure',
    onOneNode({ fresh: { ready: false }, freshPod: lostReadiness(4 * MINUTE), around: () => [nodeWith('KernelDeadlock', 'DockerHung')] }),
  ],
  [
    'pods unready on a node that lost its network',
    'node-failure',
    onOneNode({
      fresh: { ready: false },
      freshPod: lostReadiness(4 * MINUTE),
      around: () => [nodeWith('NetworkUnavailable', 'NoRouteCreated')],
    }),
  ],
  [
    'pods that do not come back on a node that was away',
    'node-failure',
    onOneNode({ fresh: crashing({ exitCode: 255, restarts: 3 }), around: () => [backAgain] }),
  ],
  [
    'pods that crash together on a node by chance, after it was away',
    'application-crash',
    onOneNode({ fresh: crashing(), around: () => [backAgain] }),
  ],
];

const toCase =
  (tell: (story: Telling) => LabelledCase['scenes']) =>
  ([name, expected, story]: Row): LabelledCase => ({
    name,
    source: 'built',
    expected,
    scenes: tell(story),
  });

export const changes: readonly LabelledCase[] = [
  ...justBefore.map(toCase((story) => steadily(done(story)))),
  ...withoutProof.map(toCase((story) => inShapes(unproven(story), single))),
  ...nodes.map(toCase((story) => steadily(story, nodeShape))),
];
