import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript, pick } from './fault-script.ts';

/** Healthy: caches fill fast, after a rollout or because people have come, and then stay as they are, below the limit. */
export const cacheWarmUp: FaultScript = {
  name: 'cache-warm-up',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const fillsInSeconds = between(random, 15, 60);
    const percent = between(random, 55, 92);
    const isRollout = pick(random, [true, false]);
    const fillsUpToBytes = (workload.limitBytes * percent) / 100;
    const leakBytesPerSecond = fillsUpToBytes / fillsInSeconds;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, fills ${percent} % in ${fillsInSeconds} s ${isRollout ? 'after a rollout' : 'under load'}`,
      prepare: () => {},
      inject(cluster) {
        const filling = { fillsUpToBytes, leakBytesPerSecond, leaksFrom: cluster.world.clock.now() };
        cluster.behaviours.add((pod, container) => container === workload.target && pod.metadata.labels?.app === workload.name, filling);
        if (!isRollout) return;
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).image = `${workload.image}2`;
        });
      },
    };
  },
};
