import { conditionOf, isReady, type Workload } from '../../core/model/objects.ts';
import { isSameResource } from '../../core/model/resource.ts';
import type { ClusterView } from '../../core/view.ts';

/** A workload that serves nothing at all although it should, and since when. */
export interface FallenNeighbour {
  readonly workload: Workload;
  readonly since: number;
}

/** The workloads of the same namespace that are wholly down; one of which nobody can tell since when is left out. */
export function fallenNeighbours(of: Workload, view: ClusterView): FallenNeighbour[] {
  return (['Deployment', 'StatefulSet', 'DaemonSet'] as const)
    .flatMap((kind): readonly Workload[] => view.ofKind(kind))
    .filter(({ meta }) => meta.ref.namespace === of.meta.ref.namespace && !isSameResource(meta.ref, of.meta.ref))
    .filter(({ replicas, readyReplicas }) => replicas > 0 && readyReplicas === 0)
    .flatMap((workload) => {
      const since = downSince(workload, view);
      return since === undefined ? [] : [{ workload, since }];
    });
}

function downSince(workload: Workload, view: ClusterView): number | undefined {
  const available = conditionOf(workload, 'Available');
  if (available?.status === 'False') return available.changedAt;
  const pods = view.ownedBy(workload.meta.ref).filter((object) => object.kind === 'Pod' && !isReady(object));
  const times = pods.flatMap((pod) => (pod.kind === 'Pod' ? (conditionOf(pod, 'Ready')?.changedAt ?? []) : []));
  return pods.length > 0 && times.length > 0 ? Math.max(...times) : undefined;
}
