/** Stories whose cause is the rollout: going back mends them. */
import { condition, LONG_AGO, NOON } from '../../fakes/object-meta.ts';
import { container } from '../../fakes/objects.ts';
import { fallen, killedByProbe, unscheduled } from '../circumstances.ts';
import { crashing, noImage, oomKilled, unready, waiting } from '../containers.ts';
import type { LabelledCase } from '../labelled-case.ts';
import { recordedRollout } from '../recorded-rollout.ts';
import { deployments, inShapes, MINUTE, type Shape, template } from '../rollout-scene.ts';

const env = (name: string, source: 'configMapKeyRef' | 'secretKeyRef', of: { name: string; key: string }) => ({
  env: [{ name, valueFrom: { [source]: of } }],
});
const changed =
  (fields: Parameters<typeof template>[1], before: Parameters<typeof template>[1] = {}) =>
  ({ container: name }: Shape) =>
    [template(name, before), template(name, fields)] as const;

const memory = (limit: string) => ({ resources: { limits: { memory: limit } } });

export const badRollouts: readonly LabelledCase[] = [
  { name: 'a recorded rollout to a tag that no registry has', source: 'recorded', expected: 'bad-rollout', scenes: [recordedRollout()] },
  {
    name: 'a tag that no registry has',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: noImage('registry.test/shop/cart:2') }),
  },
  {
    name: 'a pull error before the first back-off',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: waiting('ErrImagePull', 'manifest unknown'), rolledOutMs: 45_000 }),
  },
  {
    name: 'an image name that cannot be parsed',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: waiting('InvalidImageName', 'couldn\'t parse image name "registry.test/Shop/cart:2"'),
      templates: changed({ image: 'registry.test/Shop/cart:2' })(shape),
    })),
  },
  {
    name: 'a repository that the cluster may not read',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: noImage('private.test/shop/cart:2', 'pull access denied, repository does not exist or may require authorization'),
      templates: changed({ image: 'private.test/shop/cart:2' })(shape),
    })),
  },
  {
    name: 'a ConfigMap that is asked for first by the new revision and does not exist',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: waiting('CreateContainerConfigError', 'configmap "cart-settings" not found'),
      templates: changed(env('MODE', 'configMapKeyRef', { name: 'cart-settings', key: 'mode' }))(shape),
    })),
  },
  {
    name: 'a key that a Secret does not have, asked for first by the new revision',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: waiting('CreateContainerConfigError', "couldn't find key token in Secret shop/cart-login"),
      templates: changed(env('TOKEN', 'secretKeyRef', { name: 'cart-login', key: 'token' }), {
        ...env('USER', 'secretKeyRef', { name: 'cart-login', key: 'user' }),
      })(shape),
    })),
  },
  {
    name: 'a new image that exits at once, in back-off',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: crashing({ message: 'panic: nil map' }) }),
  },
  {
    name: 'a changed environment on which the process exits, shown as terminated',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: { ...crashing({ asTerminated: true, restarts: 3, exitCode: 78 }), image: 'registry.test/shop/cart:1' },
      templates: changed({ env: [{ name: 'PORT', value: 'eighty' }] }, { env: [{ name: 'PORT', value: '80' }] })(shape),
    })),
  },
  {
    name: 'a command that the image does not have',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: crashing({ exitCode: 128, reason: 'StartError', message: 'exec: "servr": executable file not found in $PATH' }),
      templates: changed({ command: ['servr'] }, { command: ['server'] })(shape),
    })),
  },
  {
    name: 'a new init container that fails',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes(({ container: name }) => ({
      fresh: waiting('PodInitializing'),
      freshPod: {
        phase: 'Pending',
        nodeName: 'node-2',
        conditions: [condition('PodScheduled'), condition('Initialized', { status: 'False' }), condition('Ready', { status: 'False' })],
        containers: [container('migrate', { role: 'init', ...crashing({ restarts: 3 }) }), container(name, waiting('PodInitializing'))],
      },
      templates: [template(name), template(name, {}, { initContainers: [{ name: 'migrate', image: 'registry.test/shop/cart:2' }] })],
    })),
  },
  {
    name: 'a new sidecar that crashes beside a healthy main container',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes(({ container: name }) => ({
      freshPod: {
        conditions: [condition('PodScheduled'), condition('Initialized'), condition('Ready', { status: 'False' })],
        containers: [container(name), container('tunnel', crashing())],
      },
      templates: [
        template(name),
        {
          metadata: {},
          spec: {
            containers: [
              { name, image: 'registry.test/shop/cart:1' },
              { name: 'tunnel', image: 'registry.test/tunnel:9' },
            ],
          },
        },
      ],
    })),
  },
  {
    name: 'a memory limit that the rollout lowered too far',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({ fresh: oomKilled(48), templates: changed(memory('48Mi'), memory('256Mi'))(shape) })),
  },
  {
    name: 'a new image that needs more memory than the unchanged limit',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: oomKilled(128) }),
  },
  {
    name: 'a new liveness probe that the process cannot pass',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes((shape) => ({
      fresh: crashing({ exitCode: 137, ranMs: 15_000 }),
      templates: changed({ livenessProbe: { httpGet: { path: '/livez', port: 80 } } })(shape),
      events: killedByProbe(shape.container, 'liveness'),
    })),
  },
  {
    name: 'a new readiness probe that is never passed, until the deadline',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes(
      (shape) => ({
        rolledOutMs: 12 * MINUTE,
        isLate: true,
        fresh: unready(12 * MINUTE),
        templates: changed({ readinessProbe: { httpGet: { path: '/wrong', port: 80 } } })(shape),
      }),
      deployments,
    ),
  },
  {
    name: 'a node selector that no node satisfies, until the deadline',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes(
      ({ container: name }) => ({
        rolledOutMs: 12 * MINUTE,
        isLate: true,
        fresh: waiting('ContainerCreating'),
        freshPod: unscheduled("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", 12 * MINUTE),
        templates: [template(name), template(name, {}, { nodeSelector: { disk: 'ssd' } })],
      }),
      deployments,
    ),
  },
  {
    name: 'a crash while a neighbour has been down for weeks',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: crashing(), around: () => fallen('forgotten', LONG_AGO - 7 * 24 * 60 * MINUTE) }),
  },
  {
    name: 'several new pods that all crash while the old ones serve',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: crashing(), freshCount: 2, oldCount: 2 }),
  },
  {
    name: 'a Recreate rollout to a missing image, available until then',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes(
      ({ replicas }) => ({
        fresh: noImage('registry.test/shop/cart:2'),
        freshCount: replicas,
        oldCount: 0,
        workload: {
          strategy: 'Recreate',
          conditions: [
            condition('Available', { status: 'False', changedAt: NOON - 3 * MINUTE + 2_000 }),
            condition('Progressing', { reason: 'ReplicaSetUpdated' }),
          ],
        },
      }),
      deployments,
    ),
  },
  {
    name: 'one replica of a StatefulSet, replaced by a crashing one',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes({ fresh: crashing(), oldCount: 0 }, [{ kind: 'StatefulSet', name: 'queue', replicas: 1, container: 'broker' }]),
  },
  {
    name: 'a Recreate rollout whose pods crash, after a revision that served',
    source: 'built',
    expected: 'bad-rollout',
    scenes: inShapes(
      ({ replicas }) => ({ fresh: crashing(), freshCount: replicas, oldCount: 0, workload: { strategy: 'Recreate' } }),
      deployments,
    ),
  },
];
