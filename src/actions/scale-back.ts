import { z } from 'zod';
import { isAutoscaled } from '../core/autoscaled.ts';
import { isReady, isWorkload } from '../core/model/objects.ts';
import { ResourceRef, resourceName } from '../core/model/resource.ts';
import { defineAction } from '../core/plugins.ts';
import { spareReplicas } from '../core/spare-replicas.ts';
import { podsOf, subjectWorkload } from './reckoning/pods.ts';

/** The choice rests on all of these. */
const NEEDS = ['Pod', 'HorizontalPodAutoscaler'] as const;

/**
 * Takes back replicas that kubemend itself has added, as many as the upper end of the forecast can spare and never more than it added. Low
 * use may be a fault upstream that looks like idleness, so a person decides in every mode. Never under an autoscaler, nor where somebody
 * else has changed the number since, a pod is not ready, or a sample is missing.
 */
export const scaleBack = defineAction({
  name: 'scale-back',
  treats: ['excess-capacity'],
  impact: { scope: 'workload', tier: 'high', reversible: true, restorative: false },
  rbac: ['deployments/scale', 'statefulsets/scale'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  verify: { settleMs: 60_000, deadlineMs: 300_000 },
  input: z.strictObject({ workload: ResourceRef, from: z.number().int().min(2), replicas: z.number().int().min(1) }),

  async propose(incident, _cause, { view, cluster }) {
    const seen = subjectWorkload(incident, view);
    if (!seen || seen.kind === 'DaemonSet' || NEEDS.some((kind) => view.isBlindFor(kind)) || isAutoscaled(seen, view)) return undefined;
    const live = await cluster.live(seen.meta.ref);
    if (!live || !isWorkload(live.object)) return undefined;
    const { meta, replicas: from } = live.object;
    const spare = spareReplicas(live.object, view.timelineOf(meta.ref));
    if (spare.is !== 'spare') return undefined;
    const { to, scaleUp } = spare;
    return {
      target: meta.ref,
      specSeen: live.specSeen,
      summary: `scale ${resourceName(meta.ref)} back from ${from} to ${to} replicas (it had ${scaleUp.from} before kubemend scaled it up)`,
      input: { workload: meta.ref, from, replicas: to },
    };
  },

  preview({ workload, from, replicas }, { view }) {
    const pods = podsOf(view, workload);
    if (view.isBlindFor('Pod') || pods.length === 0) return { affectedPods: [], notes: ['not in fresh view: its pods'] };
    return {
      readyPodsNow: pods.filter(isReady).length,
      readyPodsTaken: from - replicas,
      affectedPods: [],
      notes: [`its controller chooses which ${from - replicas} of its pods end`],
    };
  },

  write: ({ workload, replicas }) => ({ verb: 'scale', target: workload, replicas }),
});
