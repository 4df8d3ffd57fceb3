import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript } from './fault-script.ts';

const MIB = 2 ** 20;

/** A change sets a memory limit below what the program needs. */
export const lowLimit: FaultScript = {
  name: 'low-limit',
  draw(random, namespace) {
    const neededBytes = between(random, 90, 120) * MIB;
    const workload = drawWorkload(random, namespace, { behaviour: { memoryBytes: neededBytes } });
    const limit = `${between(random, 40, 80)}Mi`;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, needs ${neededBytes / MIB}Mi, gets ${limit}`,
      prepare: () => {},
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).resources = { limits: { memory: limit }, requests: { cpu: '50m', memory: '32Mi' } };
        }),
    };
  },
};
