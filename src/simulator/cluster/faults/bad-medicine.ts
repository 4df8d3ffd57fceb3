import { objectsAt, textAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';
import { instantOf } from '../instant.ts';
import { drawWorkload, targetIn } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript, pick } from './fault-script.ts';

/**
 * A release that migrates its data: its first pod comes up and the second never does, and no pod of the version before can be started any
 * more. To go back is the obvious remedy, and it costs the pod that had come up.
 */
export const badMedicine: FaultScript = {
  name: 'bad-medicine',
  draw(random, namespace) {
    const replicas = between(random, 4, 6);
    const readinessProbe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: between(random, 2, 4) };
    const spec = { podManagementPolicy: 'Parallel' };
    const workload = drawWorkload(random, namespace, { kind: 'StatefulSet', replicas, spec, container: { readinessProbe } });
    const image = `registry.test/${workload.name}:2.${between(random, 0, 9)}`;
    const readyAfterMs = 60_000; // longer than any of them lives
    const crash = {
      readyAfterMs,
      exitAfterMs: between(random, 300, 4_000),
      exitCode: pick(random, [1, 2, 70]),
      log: ['error: shard is locked'],
    };
    const firstReadyAfterMs = between(random, 0, 6_000);
    const log = ['fatal: the schema is newer than this program'];
    const tooOld = { readyAfterMs, exitAfterMs: between(random, 200, 2_000), exitCode: pick(random, [1, 3, 64]), log };
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, the new version serves on one pod only (others exit ${crash.exitCode}), the old one starts nowhere (exits ${tooOld.exitCode})`,
      prepare: () => {},
      inject(cluster) {
        const migratedAt = cluster.world.clock.now();
        const isOf = (pod: ApiObject, container: string, version: string) =>
          pod.metadata.labels?.app === workload.name && container === workload.target && imageIn(pod, container) === version;
        const isFirst = (pod: ApiObject) => pod.metadata.name === `${workload.name}-${replicas - 1}`;
        cluster.behaviours.add((pod, container) => isOf(pod, container, image) && isFirst(pod), { readyAfterMs: firstReadyAfterMs });
        cluster.behaviours.add((pod, container) => isOf(pod, container, image) && !isFirst(pod), crash);
        cluster.behaviours.add((pod, container) => isOf(pod, container, workload.image) && bornAt(pod) >= migratedAt, tooOld);
        editAsPerson(cluster, workload.key, (draft) => {
          targetIn(draft, workload).image = image;
        });
      },
    };
  },
};

function imageIn(pod: ApiObject, container: string): string | undefined {
  return textAt(
    objectsAt(pod.spec, 'containers').find(({ name }) => name === container),
    'image',
  );
}

/** Creation times are whole seconds. */
function bornAt({ metadata }: ApiObject): number {
  return instantOf(metadata.creationTimestamp, 0) + 999;
}
