import type { Incident } from '../../core/model/incident.ts';
import type { Container, Pod, Workload } from '../../core/model/objects.ts';
import type { Facts } from '../../core/plugins.ts';
import type { LiveObject } from '../../core/ports.ts';
import { sickPodsOf, subjectWorkload } from './pods.ts';

/** A container that was killed for want of memory, in a pod as it was just read. */
export interface Victim {
  readonly workload: Workload;
  readonly pod: Pod;
  readonly specSeen: string;
  readonly container: string;
  /**
   * Undefined where they cannot be changed in place: the cluster does not tell them, or the container does not run. Of one that waits for
   * its next start the kubelet notes the new limit and leaves the pod's own cgroup at the old one, so it is killed again (measured on 1.36).
   */
  readonly resources?: NonNullable<LiveObject['resources']>[string];
}

/**
 * The main container with a memory limit that was killed for want of memory most often, in a pod that a finding is about, read live.
 * Init containers and sidecars are not counted: the second wall lets nobody resize them.
 */
export async function oomKilledIn(incident: Incident, facts: Facts): Promise<Victim | undefined> {
  const workload = subjectWorkload(incident, facts.view);
  if (!workload) return undefined;
  const [worst] = sickPodsOf(workload, incident, facts)
    .flatMap(({ pod }) => containersKilledIn(pod).map((container) => ({ pod, container })))
    .sort((a, b) => b.container.restartCount - a.container.restartCount);
  const live = worst && (await facts.cluster.live(worst.pod.meta.ref));
  if (live?.object.kind !== 'Pod' || live.object.meta.deletedAt !== undefined) return undefined;
  const container = containersKilledIn(live.object).find(({ name }) => name === worst?.container.name);
  if (!container) return undefined;
  const resources = container.state.is === 'running' ? live.resources?.[container.name] : undefined;
  return { workload, pod: live.object, specSeen: live.specSeen, container: container.name, ...(resources && { resources }) };
}

function containersKilledIn({ containers }: Pod): Container[] {
  return containers.filter(
    (container) => container.role === 'main' && container.limits.memoryBytes !== undefined && isOomKilled(container),
  );
}

function isOomKilled({ state, lastState }: Container): boolean {
  return [state, lastState].some((one) => one?.is === 'terminated' && one.reason === 'OOMKilled');
}
