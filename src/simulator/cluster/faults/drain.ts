import type { Cluster } from '../cluster.ts';
import { controllerOf, keyOf, specOf } from '../pods.ts';
import { drawWorkload, podsOfWorkload } from './drawn-workload.ts';
import { between, editAsPerson, type FaultScript } from './fault-script.ts';

/** Healthy: a person cordons a node on which the workload has a pod and moves all pods away, one after the other, and perhaps lets it serve again. */
export const drain: FaultScript = {
  name: 'drain',
  draw(random, namespace) {
    const workload = drawWorkload(random, namespace);
    const everyMs = between(random, 50, 600);
    const backAfterSeconds = between(random, 0, 1) * between(random, 60, 180);
    const back = backAfterSeconds === 0 ? 'for good' : `for ${backAfterSeconds} s`;
    return {
      subject: workload.key,
      setting: [{ resource: workload.key.resource, object: workload.object }],
      variant: `${workload.variant}, a pod every ${everyMs} ms, ${back}`,
      prepare: () => {},
      inject(cluster) {
        const node = podsOfWorkload(cluster, workload)[0]?.spec?.nodeName;
        if (typeof node !== 'string') throw new Error(`no pod of ${workload.name} is on a node: it must stand before it is drained`);
        cordon(cluster, node, true);
        moveAll(cluster, node, everyMs);
        const { clock } = cluster.world;
        if (backAfterSeconds > 0) clock.schedule(clock.now() + backAfterSeconds * 1_000, () => cordon(cluster, node, false));
      },
    };
  },
};

function cordon(cluster: Cluster, name: string, isOn: boolean): void {
  editAsPerson(cluster, { resource: 'nodes', namespace: '', name }, (draft) => {
    if (isOn) specOf(draft).unschedulable = true;
    else delete specOf(draft).unschedulable;
  });
}

/** Takes the pods of a node away as `kubectl drain --ignore-daemonsets` does, until none is left. */
function moveAll(cluster: Cluster, node: string, everyMs: number): void {
  const { objects, clock } = cluster.world;
  const [next] = objects
    .list('pods')
    .filter(({ spec, metadata }) => spec?.nodeName === node && metadata.deletionTimestamp === undefined)
    .filter((pod) => controllerOf(pod)?.kind !== 'DaemonSet');
  if (!next) return;
  objects.remove(keyOf('pods', next));
  clock.schedule(clock.now() + everyMs, () => moveAll(cluster, node, everyMs));
}
