import { drawWorkload, podsOfWorkload } from './drawn-workload.ts';
import { between, type FaultScript, pick } from './fault-script.ts';

/** One pod begins to end by itself, again and again, without any change; its successor is well. */
export const crash: FaultScript = {
  name: 'crash',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const exitCode = pick(random, [1, 134, 139]);
    const exitAfterMs = between(random, 300, 8_000);
    const place = between(random, 0, workload.replicas - 1);
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, pod ${place} ends with ${exitCode} after ${exitAfterMs} ms`,
      prepare: () => {},
      inject(cluster) {
        const pods = podsOfWorkload(cluster, workload);
        const uid = pods[place % Math.max(1, pods.length)]?.metadata.uid;
        const isMeant = (pod: { readonly metadata: { readonly uid: string } }, container: string) =>
          pod.metadata.uid === uid && container === workload.target;
        cluster.behaviours.add(isMeant, { exitAfterMs, exitCode, log: ['fatal: state is corrupt'] });
      },
    };
  },
};
