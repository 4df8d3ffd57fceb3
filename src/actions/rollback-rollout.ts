import { z } from 'zod';
import { canonicalJson } from '../core/digest.ts';
import { proofUntil, revisionHashOf, servesSince } from '../core/model/healthy-revision.ts';
import { isWorkload, type Pod } from '../core/model/objects.ts';
import { ResourceRef, resourceName } from '../core/model/resource.ts';
import { Json } from '../core/model/write.ts';
import { defineAction } from '../core/plugins.ts';
import type { Revision } from '../core/ports.ts';
import { podsOf } from './reckoning/pods.ts';
import { rollingEffect } from './reckoning/rolling-effect.ts';

/** Puts the pod template of a Deployment, StatefulSet or DaemonSet back to the last revision that the cluster proves to be healthy. */
export const rollbackRollout = defineAction({
  name: 'rollback-rollout',
  treats: ['bad-rollout'],
  impact: { scope: 'workload', tier: 'medium', reversible: true, restorative: true },
  rbac: ['deployments', 'statefulsets', 'daemonsets'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  verify: { settleMs: 30_000, deadlineMs: 180_000 },
  input: z.strictObject({ workload: ResourceRef, revision: z.number(), revisionName: z.string(), podHash: z.string(), template: Json }),

  async propose(incident, _cause, { cluster, view }) {
    const live = await cluster.live(incident.subject);
    if (!live || !isWorkload(live.object) || live.template === undefined) return undefined;
    if (live.object.isPaused || live.object.meta.deletedAt !== undefined) return undefined; // nothing would be rolled
    const target = live.object.meta.ref;
    const recorded = await cluster.revisions(target);
    const inForce = canonicalJson(live.template);
    const current = recorded.findLast((revision) => canonicalJson(revision.template) === inForce);
    if (!current) return undefined; // its controller has not recorded what is in force: too early to know what came before
    const earlier = recorded.filter(({ number, template }) => number < current.number && canonicalJson(template) !== inForce);
    const { revision, proof } = lastHealthy(earlier, podsOf(view, target), current.createdAt);
    if (!revision) return undefined;
    const { number, name: revisionName, podHash, template } = revision;
    return {
      target,
      specSeen: live.specSeen,
      summary: `roll ${resourceName(target)} back to revision ${number}${proof === undefined ? '' : ` (${proof})`}`,
      input: { workload: target, revision: number, revisionName, podHash, template },
      ...(proof === undefined && { unproven: `nothing proves that revision ${number} was healthy` }),
    };
  },

  preview: ({ workload, podHash }, { view }) => rollingEffect(view, workload, (pod) => !isOf(podHash, pod)),

  write: ({ workload, template }) => ({ verb: 'replace-template', target: workload, template }),
});

/**
 * The newest earlier revision whose pods still serve without a restart since before the blamed change; else the newest, proved only if it
 * stood fully available until shortly before that change. What was healthy further back may no longer fit what has changed since.
 */
function lastHealthy(
  earlier: readonly Revision[],
  pods: readonly Pod[],
  blamedAt: number,
): { readonly revision?: Revision; readonly proof?: string } {
  const newestFirst = earlier.toSorted((a, b) => b.number - a.number);
  for (const revision of newestFirst) {
    const serving = pods.filter((pod) => isOf(revision.podHash, pod) && servedBefore(pod, blamedAt));
    if (serving.length > 0)
      return { revision, proof: `${serving.length} of its pods still serve, without a restart since before the change` };
  }
  const [newest] = newestFirst;
  const proof = proofUntil(newest?.stoodHealthy, blamedAt);
  return newest ? { revision: newest, ...(proof !== undefined && { proof }) } : {};
}

function isOf(podHash: string, pod: Pod): boolean {
  return revisionHashOf(pod) === podHash;
}

function servedBefore(pod: Pod, at: number): boolean {
  return pod.meta.createdAt < at && (servesSince(pod) ?? Number.POSITIVE_INFINITY) <= at;
}
