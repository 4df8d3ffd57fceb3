import type { Workload } from './model/objects.ts';
import type { ClusterView } from './view.ts';

/** Whether an autoscaler sets the replicas of a workload, whatever API group it names. False proves nothing while they are not in view. */
export function isAutoscaled({ meta }: Pick<Workload, 'meta'>, view: ClusterView): boolean {
  const { kind, name, namespace } = meta.ref;
  return view
    .ofKind('HorizontalPodAutoscaler')
    .some(({ meta: own, scales }) => own.ref.namespace === namespace && scales.kind === kind && scales.name === name);
}
