import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript } from './fault-script.ts';

/** Healthy: a rolling update to a version that works, pulled from afar. */
export const goodRelease: FaultScript = {
  name: 'good-release',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const pullMs = between(random, 500, 9_000);
    const image = `${workload.image}0`;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, pulled in ${pullMs} ms`,
      prepare: ({ behaviours }) => behaviours.forImage(image, { pullMs }),
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).image = image;
        }),
    };
  },
};
