import { drawWorkload, podsOfWorkload } from './drawn-workload.ts';
import { between, type FaultScript, pick } from './fault-script.ts';

/** Pods begin to use more and more memory until they are killed: one of them, whose successor is well, or every one anew. */
export const leak: FaultScript = {
  name: 'leak',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const fillsInSeconds = between(random, 40, 150);
    const isEverywhere = pick(random, [false, false, true]);
    const leakBytesPerSecond = workload.limitBytes / fillsInSeconds;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, ${isEverywhere ? 'all pods fill' : 'a pod fills'} in ${fillsInSeconds} s`,
      prepare: () => {},
      inject(cluster) {
        const uid = podsOfWorkload(cluster, workload)[0]?.metadata.uid;
        const leaksFrom = cluster.world.clock.now();
        cluster.behaviours.add(
          (pod, container) =>
            container === workload.target && pod.metadata.labels?.app === workload.name && (isEverywhere || pod.metadata.uid === uid),
          { leakBytesPerSecond, leaksFrom },
        );
      },
    };
  },
};
