import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript, pick } from './fault-script.ts';

/** A change asks for more than any node has. */
export const tooLarge: FaultScript = {
  name: 'too-large',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const requests = pick(random, [{ cpu: String(between(random, 200, 400)) }, { memory: `${between(random, 3, 9)}Ti` }] as const);
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, asks for ${JSON.stringify(requests)}`,
      prepare: () => {},
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).resources = { requests: { ...requests } };
        }),
    };
  },
};
