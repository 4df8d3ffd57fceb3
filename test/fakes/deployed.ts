import type { KubeObject, Workload } from '../../src/core/model/objects.ts';
import type { Options } from './object-meta.ts';
import { deployment, pod, replicaSet } from './objects.ts';

/** A whole Deployment with its ReplicaSet and pods, spread over node-1 to node-3: `[deployment, replicaSet, ...pods]`. */
export function deployed(name: string, options: Options<Workload> & { readonly unready?: number } = {}): KubeObject[] {
  const { unready = 0, ...others } = options;
  const where = options.namespace === undefined ? {} : { namespace: options.namespace };
  const replicas = options.replicas ?? 3;
  const owner = deployment(name, { readyReplicas: replicas - unready, availableReplicas: replicas - unready, ...others });
  const set = replicaSet(`${name}-6f`, { ...where, ownedBy: owner, replicas, labels: { app: name, 'pod-template-hash': '6f' } });
  const pods = Array.from({ length: replicas }, (_, index) =>
    pod(`${name}-6f-${index}`, {
      ...where,
      ownedBy: set,
      labels: { app: name, 'pod-template-hash': '6f' },
      nodeName: `node-${(index % 3) + 1}`,
      ready: index >= unready,
    }),
  );
  return [owner, set, ...pods];
}
