import { type KubernetesCluster, openKubernetesCluster } from '../adapters/cluster/kubernetes/kubernetes-cluster.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { jsonLogger } from '../adapters/system/logger.ts';
import type { Clock, Logger } from '../core/ports.ts';
import type { Config } from './config.ts';

type Named = Pick<Config, 'kubeconfig' | 'context' | 'cluster' | 'ownNamespace'>;

/** Opens the cluster that the configuration names. Throws `bad-kubeconfig`, and `cluster-refused` for a server that is too old. */
export function openCluster(
  { kubeconfig, context, cluster, ownNamespace }: Named,
  parts: { readonly clock: Clock; readonly log: Logger; readonly standsForElection: boolean },
): Promise<KubernetesCluster> {
  return openKubernetesCluster({
    ...{ ...parts, cluster, namespace: ownNamespace },
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
}

/** The same, only to look at it: nothing is logged, and it is never led. */
export function openReader(config: Named): Promise<KubernetesCluster> {
  return openCluster(config, { clock: systemClock, log: jsonLogger('silent'), standsForElection: false });
}
