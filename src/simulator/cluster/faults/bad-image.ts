import { drawWorkload, targetIn } from './drawn-workload.ts';
import { editAsPerson, type FaultScript, pick } from './fault-script.ts';

/** A rollout to an image that no registry has. */
export const badImage: FaultScript = {
  name: 'bad-image',
  draw(random, namespace) {
    const kind = pick(random, ['Deployment', 'Deployment', 'StatefulSet'] as const);
    const workload = drawWorkload(random, namespace, { kind });
    const image = `registry.test/${workload.name}:${pick(random, ['lates', '1.10.x', 'v2-rc', 'main-4f1c'])}`;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, image ${image}`,
      prepare: ({ behaviours }) => behaviours.forImage(image, { isImageMissing: true }),
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).image = image;
        }),
    };
  },
};
