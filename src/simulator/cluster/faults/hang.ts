import { drawWorkload, podsOfWorkload } from './drawn-workload.ts';
import { between, type FaultScript, pick } from './fault-script.ts';

/** One pod answers nobody any more, readiness and perhaps liveness included; its successor is well. */
export const hang: FaultScript = {
  name: 'hang',
  draw(random, namespace) {
    const probe = {
      httpGet: { path: '/health', port: 8080 },
      periodSeconds: between(random, 2, 6),
      failureThreshold: between(random, 2, 4),
    };
    const isProbedForLife = pick(random, [true, false]);
    const container = { readinessProbe: probe, ...(isProbedForLife && { livenessProbe: probe }) };
    const workload = drawWorkload(random, namespace, { container });
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, liveness ${isProbedForLife ? 'probed' : 'not probed'}`,
      prepare: () => {},
      inject(cluster) {
        const uid = podsOfWorkload(cluster, workload)[0]?.metadata.uid;
        cluster.behaviours.add((pod, name) => pod.metadata.uid === uid && name === workload.target, { hangsAfterMs: 0 });
      },
    };
  },
};
