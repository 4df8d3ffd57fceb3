import { z } from 'zod';
import type { Cause } from '../core/model/diagnosis.ts';
import type { Incident } from '../core/model/incident.ts';
import { isReady, type Pod, type Workload } from '../core/model/objects.ts';
import { ResourceRef, resourceKey, resourceName } from '../core/model/resource.ts';
import { defineAction, type Facts, type Proposal } from '../core/plugins.ts';
import type { ClusterView } from '../core/view.ts';
import { evictionEffect } from './reckoning/eviction-effect.ts';
import { byName, podsOf, REVISION_LABEL, sickPodsOf, subjectWorkload } from './reckoning/pods.ts';
import { waitsForUnready } from './reckoning/rolling-effect.ts';

const NAME = 'evict-pod';
/** What is mended in the template; a pod is evicted only where it is left behind. */
const mendedInTemplate: readonly Cause[] = ['bad-rollout', 'memory-limit-too-low'];
const NONE_READY = 'no other replica is ready, so nothing serves while it is replaced';

/**
 * Asks the Eviction API to end one sick pod of several, so that its Deployment or StatefulSet makes a fresh one. Each pod is evicted at
 * most once per incident, and never the replacement of an evicted one. Not for a DaemonSet, whose pods do not stand in for each other.
 */
export const evictPod = defineAction({
  name: NAME,
  treats: ['memory-leak', 'application-hang', ...mendedInTemplate],
  impact: { scope: 'pod', tier: 'low', reversible: false, restorative: false },
  rbac: [{ apiGroup: '', resource: 'pods/eviction', verbs: ['create'] }],
  verify: { settleMs: 30_000, deadlineMs: 300_000 },
  input: z.strictObject({ pod: ResourceRef }),

  async propose(incident, cause, facts) {
    const workload = subjectWorkload(incident, facts.view);
    if (!workload || workload.kind === 'DaemonSet' || facts.view.isBlindFor('Pod')) return undefined;
    return mendedInTemplate.includes(cause) ? replaceStuck(incident, workload, facts) : replaceSick(incident, workload, facts);
  },

  preview: ({ pod }, { view }) => evictionEffect(view, pod),
  write: ({ pod }) => ({ verb: 'evict', target: pod }),
});

/** The sickest running pod, if others are ready to serve meanwhile. */
async function replaceSick(incident: Incident, workload: Workload, facts: Facts): Promise<Proposal | undefined> {
  const [sickest] = sickPodsOf(workload, incident, facts).filter(({ pod }) => pod.phase === 'Running' && isFirstTime(incident, pod));
  if (!sickest || !hasOtherReady(facts.view, workload, sickest.pod)) return undefined;
  return proposalFor(sickest.pod, facts, () => true);
}

/**
 * A StatefulSet that updates in order waits for a pod that cannot become ready even after its template was mended (Kubernetes,
 * StatefulSets: forced rollback); that pod must go too. The first in order holds up the others.
 */
async function replaceStuck(incident: Incident, workload: Workload, facts: Facts): Promise<Proposal | undefined> {
  if (!waitsForUnready(workload) || workload.strategy === 'OnDelete') return undefined;
  const live = await facts.cluster.live(workload.meta.ref);
  if (live?.object.kind !== 'StatefulSet' || !isMended(incident, live.object)) return undefined;
  const { updateRevision } = live.object;
  const isStuck = (pod: Pod) => !isReady(pod) && isOutdated(pod, updateRevision);
  const [stuck] = podsOf(facts.view, workload.meta.ref)
    .filter((pod) => pod.meta.deletedAt === undefined && isStuck(pod) && isFirstTime(incident, pod))
    .sort(byName);
  if (!stuck) return undefined;
  const proposal = await proposalFor(stuck, facts, isStuck);
  return proposal && !hasOtherReady(facts.view, workload, stuck) ? { ...proposal, unproven: NONE_READY } : proposal;
}

/** Its controller wants the revision again that it came from, or this incident wrote its template. */
function isMended({ attempts }: Incident, set: Workload): boolean {
  const { observedGeneration, updateRevision, currentRevision, meta } = set;
  if (updateRevision === undefined || observedGeneration === undefined || observedGeneration < (meta.generation ?? 0)) return false;
  return updateRevision === currentRevision || attempts.some(({ target, undone }) => target === resourceKey(meta.ref) && !undone);
}

function isOutdated({ meta }: Pod, updateRevision: string | undefined): boolean {
  const revision = meta.labels[REVISION_LABEL];
  return revision !== undefined && revision !== updateRevision;
}

/** Neither evicted before in this incident, nor made since the first eviction, that is perhaps in place of the evicted one. */
function isFirstTime({ attempts }: Incident, { meta }: Pod): boolean {
  const evictions = attempts.filter(({ action }) => action === NAME);
  return evictions.every(({ target, at }) => target !== resourceKey(meta.ref) && meta.createdAt < at);
}

function hasOtherReady(view: ClusterView, workload: Workload, pod: Pod): boolean {
  return podsOf(view, workload.meta.ref).some((other) => isReady(other) && other.meta.ref.uid !== pod.meta.ref.uid);
}

async function proposalFor({ meta }: Pod, { cluster }: Facts, stillHolds: (pod: Pod) => boolean): Promise<Proposal | undefined> {
  const live = await cluster.live(meta.ref);
  if (live?.object.kind !== 'Pod' || live.object.meta.deletedAt !== undefined || !stillHolds(live.object)) return undefined;
  const target = live.object.meta.ref;
  return { target, specSeen: live.specSeen, summary: `evict ${resourceName(target)}`, input: { pod: target } };
}
