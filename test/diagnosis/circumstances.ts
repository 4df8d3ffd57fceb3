/** What stories are told with besides containers: events, pods without a node, fallen neighbours. */
import type { KubeObject, Node, Pod } from '../../src/core/model/objects.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';
import { condition, NOON, type Options } from '../fakes/object-meta.ts';
import { container, deployment, node, pod, replicaSet } from '../fakes/objects.ts';
import { clusterEvent } from '../fakes/view.ts';
import { crashing } from './containers.ts';
import { MINUTE } from './rollout-scene.ts';

/** The kubelet killed the main container of each new pod for its probe. */
export function killedByProbe(name: string, probe: 'liveness' | 'startup') {
  return (pods: readonly KubeObject[]): ClusterEvent[] =>
    pods.flatMap((object) => [
      clusterEvent(object, 'Killing', {
        type: 'Normal',
        message: `Container ${name} failed ${probe} probe, will be restarted`,
        fieldPath: `spec.containers{${name}}`,
        count: 4,
        firstAt: NOON - 2 * MINUTE,
        at: NOON - 5_000,
      }),
    ]);
}

/** A pod that the scheduler has found no node for. */
export function unscheduled(message: string, forMs: number): Options<Pod> {
  const { conditions } = pod('pending', { phase: 'Pending' });
  return {
    phase: 'Pending' as const,
    nodeName: undefined,
    startedAt: undefined,
    conditions: [
      ...conditions.filter(({ type }) => type !== 'PodScheduled'),
      condition('PodScheduled', { status: 'False', reason: 'Unschedulable', message, changedAt: NOON - forMs }),
    ],
  };
}

/** A Deployment of the same namespace that has been wholly down since `since`. */
export function fallen(name: string, since: number): KubeObject[] {
  const down = { status: 'False' as const, changedAt: since };
  const owner = deployment(name, {
    replicas: 1,
    readyReplicas: 0,
    availableReplicas: 0,
    createdAt: since - 24 * 60 * MINUTE,
    conditions: [condition('Available', down), condition('Progressing', { reason: 'NewReplicaSetAvailable' })],
  });
  const set = replicaSet(`${name}-1`, { ownedBy: owner, replicas: 1, createdAt: since - 24 * 60 * MINUTE });
  const only = pod(`${name}-1-a`, {
    ownedBy: set,
    labels: { app: name },
    createdAt: since - 24 * 60 * MINUTE,
    conditions: [condition('PodScheduled'), condition('Initialized'), condition('Ready', down)],
    containers: [container('main', { ...crashing({ restarts: 40 }) })],
  });
  return [owner, set, only];
}

/** A pod that lost its readiness so long ago. */
export function lostReadiness(agoMs: number): Options<Pod> {
  const lost = { status: 'False' as const, reason: 'ContainersNotReady', changedAt: NOON - agoMs };
  return {
    conditions: [condition('PodScheduled'), condition('Initialized'), condition('ContainersReady', lost), condition('Ready', lost)],
  };
}

/** A node that has not been ready for so long. */
export function lostNode(name: string, forMs: number, reason = 'NodeStatusUnknown', options: Options<Node> = {}): Node {
  const status = reason === 'NodeStatusUnknown' ? ('Unknown' as const) : ('False' as const);
  const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => condition(type, { status: 'False' }));
  return node(name, { conditions: [condition('Ready', { status, reason, changedAt: NOON - forMs }), ...pressures], ...options });
}
