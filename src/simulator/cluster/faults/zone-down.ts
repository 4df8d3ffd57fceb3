import type { Cluster } from '../cluster.ts';
import { zoneOf } from '../zone.ts';
import { type DrawnWorkload, drawWorkload, podsOfWorkload } from './drawn-workload.ts';
import { between, type FaultScript } from './fault-script.ts';

/** All nodes of one zone go silent at once, in which a workload of several zones has pods. Throws where the cluster has no such zone. */
export const zoneDown: FaultScript = {
  name: 'zone-down',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace, { replicas: between(random, 3, 6) });
    const chance = random();
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, over several zones`,
      prepare: () => {},
      inject(cluster) {
        const struck = zonesWithPart(cluster, workload);
        const zone = struck[Math.floor(chance * struck.length)];
        if (zone === undefined)
          throw new Error(`no zone holds some pods of ${workload.name}, and others not; it needs nodes in several zones`);
        for (const node of cluster.world.objects.list('nodes')) if (zoneOf(node) === zone) cluster.dropNode(node.metadata.name);
      },
    };
  },
};

/** The zones that hold pods of the workload, while others hold some too. */
function zonesWithPart(cluster: Cluster, workload: DrawnWorkload): readonly string[] {
  const nodes = new Map(cluster.world.objects.list('nodes').map((node) => [node.metadata.name, zoneOf(node)]));
  const zones = new Set(podsOfWorkload(cluster, workload).flatMap((pod) => nodes.get(String(pod.spec?.nodeName)) ?? []));
  return zones.size > 1 ? [...zones].sort() : [];
}
