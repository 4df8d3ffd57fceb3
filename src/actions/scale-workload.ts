import { z } from 'zod';
import { isAutoscaled } from '../core/autoscaled.ts';
import { isReady, isWorkload, type Pod, type Workload } from '../core/model/objects.ts';
import { ResourceRef, resourceName } from '../core/model/resource.ts';
import { readingsAbout } from '../core/model/timeline.ts';
import { defineAction, type Facts } from '../core/plugins.ts';
import { PLANNED_SHARE, replicasFor } from '../core/replicas.ts';
import { type ClusterView, WATCH_MAX_AGE_MS } from '../core/view.ts';
import { podsOf, subjectWorkload } from './reckoning/pods.ts';
import { copiesThatFit, copiesWithinQuotas } from './reckoning/room.ts';

/** The choice rests on all of these. */
const NEEDS = ['Pod', 'Node', 'ResourceQuota', 'HorizontalPodAutoscaler'] as const;

/**
 * Gives a Deployment or StatefulSet as many replicas as its forecast asks for, and without one half as many again (at least one more, at
 * most twice as many, as far as nodes and quotas can hold them). Only while every replica is ready: pods that do not come up or find no
 * node are not helped by more of them. Never under an autoscaler. A StatefulSet's members may know each other and keep their volumes, so
 * there a person decides.
 */
export const scaleWorkload = defineAction({
  name: 'scale-workload',
  treats: ['insufficient-capacity'],
  impact: { scope: 'workload', tier: 'low', reversible: true, restorative: false },
  rbac: ['deployments/scale', 'statefulsets/scale'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  verify: { settleMs: 30_000, deadlineMs: 300_000 },
  input: z.strictObject({ workload: ResourceRef, from: z.number().int().min(1), replicas: z.number().int().min(2) }),

  async propose(incident, _cause, { view, cluster }) {
    const seen = subjectWorkload(incident, view);
    if (!seen || NEEDS.some((kind) => view.isBlindFor(kind)) || isAutoscaled(seen, view)) return undefined;
    const live = await cluster.live(seen.meta.ref);
    if (!live || !isWorkload(live.object) || !isWhole(live.object, view)) return undefined;
    const { replicas: from, meta, kind } = live.object;
    const room = Math.min(from, copiesWithRoom(podsOf(view, meta.ref), view));
    const forecast = forecastReplicas(live.object, room, view);
    const more = (forecast?.replicas ?? from + Math.min(Math.ceil(from / 2), room)) - from;
    if (room < 1 || kind === 'DaemonSet' || more < 1) return undefined;
    return {
      target: meta.ref,
      specSeen: live.specSeen,
      summary: `scale ${resourceName(meta.ref)} from ${from} to ${from + more} replicas${forecast ? `: ${forecast.why}` : ''}`,
      input: { workload: meta.ref, from, replicas: from + more },
      ...(kind === 'StatefulSet' && { unproven: 'more members of a StatefulSet may join each other, and their volumes stay behind' }),
    };
  },

  preview({ workload, from, replicas }, { view }: Facts) {
    const blind = NEEDS.filter((kind) => view.isBlindFor(kind));
    const pods = podsOf(view, workload);
    if (blind.length > 0 || pods.length === 0) return { affectedPods: [], notes: [`not in fresh view: ${blind.join(', ') || 'its pods'}`] };
    return {
      readyPodsNow: pods.filter(isReady).length,
      readyPodsTaken: 0,
      affectedPods: [],
      notes: [fitNote(replicas - from, pods, view), 'node selectors, affinities and tolerations are not reckoned with'],
    };
  },

  write: ({ workload, replicas }) => ({ verb: 'scale', target: workload, replicas }),
});

/** How many the forecast asks for, at most so many more; undefined without a fresh one that speaks of too little. */
function forecastReplicas({ meta, replicas: from }: Workload, most: number, view: ClusterView) {
  const said = readingsAbout(view.timelineOf(meta.ref), meta.ref).find(
    ({ metric, firing, at }) => firing && metric === 'cpuCapacityShare' && view.at - at <= WATCH_MAX_AGE_MS,
  );
  if (!said?.outlook) return undefined;
  const { lower, point, upper } = said.outlook;
  const demand = { lower: lower * from, point: point * from, upper: upper * from };
  const replicas = replicasFor(from, demand, { fewest: from, most: from + most, perReplica: 1, target: PLANNED_SHARE });
  return { replicas, why: `what is forecast would then be ${percent((point * from) / replicas)} of their capacity` };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Every replica that is asked for is there and ready, of the newest template, and nothing else of it is about. */
function isWhole({ meta, replicas, isPaused }: Workload, view: ClusterView): boolean {
  const pods = podsOf(view, meta.ref);
  return meta.deletedAt === undefined && !isPaused && pods.length === replicas && pods.every(isReady);
}

/** Reckoned by the greediest pod that runs now. */
function copiesWithRoom(pods: readonly Pod[], view: ClusterView): number {
  return Math.min(...pods.map((pod) => Math.min(copiesThatFit(pod, view), copiesWithinQuotas(pod, view))));
}

function fitNote(more: number, pods: readonly Pod[], view: ClusterView): string {
  const room = copiesWithRoom(pods, view);
  return room >= more
    ? `nodes and quotas have room for the ${more} more pod(s)`
    : `nodes and quotas have room for ${room} of the ${more} more pods`;
}
