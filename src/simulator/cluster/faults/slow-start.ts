import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript } from './fault-script.ts';

/** Healthy: a rollout whose pods take their time to be ready. */
export const slowStart: FaultScript = {
  name: 'slow-start',
  draw(random, namespace) {
    const readyAfterMs = between(random, 10, 25) * 1_000;
    const readinessProbe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 3 };
    const workload = drawWorkload(random, namespace, { container: { readinessProbe }, behaviour: { readyAfterMs } });
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, ready after ${readyAfterMs} ms`,
      prepare: () => {},
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).image = `${workload.image}1`;
        }),
    };
  },
};
