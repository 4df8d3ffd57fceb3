import { specOf } from '../pods.ts';
import { drawWorkload } from './drawn-workload.ts';
import { editAsPerson, type FaultScript } from './fault-script.ts';

/** Healthy: somebody asks for fewer pods. */
export const scaleDown: FaultScript = {
  name: 'scale-down',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, then 1`,
      prepare: () => {},
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          specOf(draft).replicas = 1;
        }),
    };
  },
};
