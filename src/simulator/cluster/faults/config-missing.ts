import { drawWorkload, targetIn } from './drawn-workload.ts';
import { editAsPerson, type FaultScript, pick } from './fault-script.ts';

/** A rollout that reads a ConfigMap or Secret which nobody has made. */
export const configMissing: FaultScript = {
  name: 'config-missing',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const field = pick(random, ['configMapRef', 'secretRef'] as const);
    const name = `${workload.name}-${pick(random, ['settings', 'flags', 'access'])}`;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, ${field} ${name}`,
      prepare: () => {},
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).envFrom = [{ [field]: { name } }];
        }),
    };
  },
};
