/** Stories about nodes: lost, short of something, or bad without saying so. */
import type { Container } from '../../../src/core/model/objects.ts';
import { condition, NOON } from '../../fakes/object-meta.ts';
import { container, deployment, node, pod, replicaSet, statefulSet } from '../../fakes/objects.ts';
import { lostNode, lostReadiness } from '../circumstances.ts';
import { crashing } from '../containers.ts';
import type { LabelledCase, Scene } from '../labelled-case.ts';
import { MINUTE, type RolloutStory, type Shape, steadily } from '../rollout-scene.ts';

const pressure = (type: string, reason: string, message: string) =>
  node('node-1', {
    conditions: [
      condition('Ready'),
      ...['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((other) =>
        condition(other, other === type ? { reason, message, changedAt: NOON - 3 * MINUTE } : { status: 'False' }),
      ),
    ],
  });

/** The pods of several workloads on `node-1`, as its loss leaves them. */
function lostPods(forMs: number): Scene['objects'] {
  const owner = statefulSet('ledger', { replicas: 4 });
  return [
    owner,
    ...[0, 1, 2, 3].map((index) =>
      pod(`ledger-${index}`, {
        ownedBy: owner,
        labels: { app: 'ledger', 'controller-revision-hash': 'ledger-1' },
        ...lostReadiness(forMs),
      }),
    ),
  ];
}
const lost = (forMs: number, reason?: string): Scene => ({
  about: lostNode('node-1', forMs, reason).meta.ref,
  objects: [lostNode('node-1', forMs, reason), ...lostPods(forMs)],
});
const about = (object: Scene['objects'][number]): Scene => ({
  about: object.meta.ref,
  objects: [object],
});

const sick =
  (story: RolloutStory) =>
  (shape: Shape): RolloutStory => ({ healthyFresh: shape.replicas - 1, ...story });

const rows: readonly (readonly [string, LabelledCase['expected'], readonly Scene[]])[] = [
  ['a node that nobody has heard of', 'node-failure', [lost(5 * MINUTE), lost(65_000)]],
  [
    'a node whose container runtime does not answer',
    'node-failure',
    [lost(3 * MINUTE, 'KubeletNotReady'), lost(8 * MINUTE, 'KubeletNotReady')],
  ],
  ['a node without pods that is lost', 'node-failure', [about(lostNode('node-7', 10 * MINUTE))]],
  [
    'a cordoned node that is lost',
    'node-failure',
    [about(lostNode('node-7', 20 * MINUTE, 'NodeStatusUnknown', { isUnschedulable: true }))],
  ],
  [
    'a workload of which a pod sits on a lost node',
    'node-failure',
    steadily(({ replicas }) => ({
      healthyFresh: replicas - 1,
      freshPod: { nodeName: 'node-9', ...lostReadiness(4 * MINUTE) },
      fresh: crashing(),
      around: () => [lostNode('node-9', 30_000)],
    })),
  ],
  [
    'a zone of two nodes that is lost while three others serve',
    'node-failure',
    [
      {
        ...lost(3 * MINUTE),
        objects: [...lost(3 * MINUTE).objects, lostNode('node-2', 3 * MINUTE), node('node-3'), node('node-4'), node('node-5')],
      },
    ],
  ],
  [
    'a workload all of whose pods sit on nodes that are lost',
    'node-failure',
    steadily({
      freshPod: { nodeName: 'node-9', ...lostReadiness(4 * MINUTE) },
      fresh: { ready: false },
      around: () => [lostNode('node-9', 30_000)],
    }),
  ],
  [
    'a control plane that hears of no node any more, while all of them run',
    'nothing',
    [{ ...lost(2 * MINUTE), objects: [...lost(2 * MINUTE).objects, lostNode('node-2', 2 * MINUTE), lostNode('node-3', 2 * MINUTE)] }],
  ],
  [
    'crashing pods on a node that is lost',
    'node-failure',
    [
      {
        about: lostNode('node-1', 5 * MINUTE).meta.ref,
        objects: [lostNode('node-1', 5 * MINUTE), pod('cart-x', { ...lostReadiness(5 * MINUTE) })],
      },
    ],
  ],
  [
    'a node that runs short of memory',
    'node-pressure',
    [about(pressure('MemoryPressure', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'))],
  ],
  ['a node whose disk is full', 'node-pressure', [about(pressure('DiskPressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure'))]],
  [
    'pods that a short node has evicted',
    'node-pressure',
    steadily(
      sick({
        freshPod: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory. Threshold quantity: 100Mi',
          ...lostReadiness(3 * MINUTE),
        },
      }),
    ),
  ],
  [
    'a pod that was evicted for its own emptyDir',
    'nothing',
    steadily(
      sick({
        freshPod: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'Usage of EmptyDir volume "scratch" exceeds the limit "4Mi".',
          ...lostReadiness(3 * MINUTE),
        },
      }),
    ),
  ],
  ['pods of three workloads unready on one node that calls itself well', 'node-failure', [onOneNode(['a', 'b', 'c'], { ready: false })]],
  ['pods of four workloads crashing on one node that calls itself well', 'node-failure', [onOneNode(['a', 'b', 'c', 'd'], crashing())]],
  [
    'pods of three workloads that lost a cache which runs on their node',
    'dependency-unavailable',
    [onOneNode(['a', 'b', 'c'], { ready: false })],
  ],
];

/** Workloads of two pods each, of which the one on node-9 fails so. */
function onOneNode(names: readonly string[], how: Partial<Container>): Scene {
  const bad = node('node-9');
  const all = names.flatMap((name) => {
    const owner = deployment(name, { replicas: 2, readyReplicas: 1, availableReplicas: 1 });
    const set = replicaSet(`${name}-1`, { ownedBy: owner, replicas: 2 });
    const well = pod(`${name}-1-a`, { ownedBy: set, nodeName: 'node-1', labels: { app: name } });
    const sickPod = {
      ownedBy: set,
      nodeName: 'node-9',
      labels: { app: name },
      containers: [container('app', how)],
      ...lostReadiness(4 * MINUTE),
    };
    return [owner, set, well, pod(`${name}-1-b`, sickPod)];
  });
  return { about: bad.meta.ref, objects: [bad, node('node-1'), ...all] };
}

export const nodeCases: readonly LabelledCase[] = rows.map(([name, expected, scenes]) => ({ name, source: 'built', expected, scenes }));
