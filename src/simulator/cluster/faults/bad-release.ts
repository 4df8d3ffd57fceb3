import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript, pick } from './fault-script.ts';

/** A rollout to a version that ends soon after each start. */
export const badRelease: FaultScript = {
  name: 'bad-release',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const image = `registry.test/${workload.name}:2.${between(random, 0, 9)}`;
    const exitCode = pick(random, [1, 2, 78, 255]);
    const exitAfterMs = between(random, 200, 4_000);
    const log = [pick(random, ['panic: nil map', 'Error: Cannot find module ./config', 'KeyError: DATABASE_URL'])];
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, ends with ${exitCode} after ${exitAfterMs} ms`,
      prepare: ({ behaviours }) => behaviours.forImage(image, { exitAfterMs, exitCode, log }),
      inject: (cluster) =>
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).image = image;
        }),
    };
  },
};
