import { drawWorkload, podsOfWorkload } from './drawn-workload.ts';
import { between, type FaultScript, pick } from './fault-script.ts';

/** How many times slower the others leak, where all do: traffic is never spread evenly. */
const SLOWER = 25;

/** A pod begins to use more and more memory until it is killed; its successor is well for long, and so are the others, which may leak as well, far behind. */
export const leak: FaultScript = {
  name: 'leak',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const fillsInSeconds = between(random, 100, 220);
    const isEverywhere = pick(random, [false, false, true]);
    const leakBytesPerSecond = workload.limitBytes / fillsInSeconds;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, a pod fills in ${fillsInSeconds} s${isEverywhere ? ', the others more slowly' : ''}`,
      prepare: () => {},
      inject(cluster) {
        const uid = podsOfWorkload(cluster, workload)[0]?.metadata.uid;
        const leaksFrom = cluster.world.clock.now();
        const isOf = (name: string, labels: Readonly<Record<string, string>> | undefined) =>
          name === workload.target && labels?.app === workload.name;
        cluster.behaviours.add((pod, container) => isOf(container, pod.metadata.labels) && pod.metadata.uid === uid, {
          leakBytesPerSecond,
          leaksFrom,
        });
        if (!isEverywhere) return;
        cluster.behaviours.add((pod, container) => isOf(container, pod.metadata.labels) && pod.metadata.uid !== uid, {
          leakBytesPerSecond: leakBytesPerSecond / SLOWER,
          leaksFrom,
        });
      },
    };
  },
};
