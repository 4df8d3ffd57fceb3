import { isReady, type Pod, type Workload } from '../../core/model/objects.ts';
import { byName, REVISION_LABEL } from './pods.ts';
import { waitsForUnready } from './rolling-effect.ts';

/** One line when an unready pod holds up its StatefulSet's update: once it is gone, its controller goes on to replace the pods that are named. */
export function heldUpNotes(pod: Pod, owner: Workload, pods: readonly Pod[]): string[] {
  const { updateRevision, strategy } = owner;
  if (isReady(pod) || !waitsForUnready(owner) || strategy === 'OnDelete' || updateRevision === undefined) return [];
  const names = pods
    .filter((other) => other.meta.ref.uid !== pod.meta.ref.uid && (other.meta.labels[REVISION_LABEL] ?? updateRevision) !== updateRevision)
    .sort(byName)
    .map(({ meta }) => meta.ref.name);
  return names.length === 0
    ? []
    : [`it holds up an update; its controller then goes on to replace ${names.join(', ')}, one after the other`];
}
