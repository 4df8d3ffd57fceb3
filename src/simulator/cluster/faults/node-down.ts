import { zoneOf } from '../zone.ts';
import { drawWorkload } from './drawn-workload.ts';
import { type FaultScript, pick } from './fault-script.ts';

/** A node goes silent, or all nodes of its zone do. The subject is a workload that had pods there. */
export const nodeDown: FaultScript = {
  name: 'node-down',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const reach = pick(random, ['node', 'zone'] as const);
    const chance = random();
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, a whole ${reach}`,
      prepare: () => {},
      inject(cluster) {
        const nodes = cluster.world.objects.list('nodes');
        const first = nodes[Math.floor(chance * nodes.length)];
        const zone = first && zoneOf(first);
        const struck = nodes.filter((node) => node === first || (reach === 'zone' && zone !== undefined && zoneOf(node) === zone));
        for (const node of struck) cluster.dropNode(node.metadata.name);
      },
    };
  },
};
