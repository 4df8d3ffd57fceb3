import { z } from 'zod';
import { digestOf } from '../core/digest.ts';
import { isReady, isWorkload } from '../core/model/objects.ts';
import { ResourceRef, resourceName } from '../core/model/resource.ts';
import { Json } from '../core/model/write.ts';
import { defineAction } from '../core/plugins.ts';
import { podsOf, sickPodsOf, subjectWorkload } from './reckoning/pods.ts';
import { rollingEffect, waitsForUnready, wouldRoll } from './reckoning/rolling-effect.ts';
import { annotated } from './reckoning/template-json.ts';

/** On the pod template: names the plan that restarted the workload, so that carrying it out twice changes nothing more. */
const RESTARTED = 'kubemend.dev/restarted';

/**
 * Replaces all pods of a workload whose every pod hangs, by an annotation on the template. It is reversible, although its undo rolls
 * once more: where fresh pods do not come up, the undo ends the rollout and keeps the pods that still run.
 */
export const restartRollout = defineAction({
  name: 'restart-rollout',
  treats: ['application-hang'],
  impact: { scope: 'workload', tier: 'low', reversible: true, restorative: false },
  rbac: ['deployments', 'statefulsets', 'daemonsets'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  verify: { settleMs: 60_000, deadlineMs: 600_000 },
  input: z.strictObject({ workload: ResourceRef, template: Json }),

  async propose(incident, _cause, facts) {
    const workload = subjectWorkload(incident, facts.view);
    if (!workload || facts.view.isBlindFor('Pod')) return undefined;
    const pods = podsOf(facts.view, workload.meta.ref).filter((pod) => pod.meta.deletedAt === undefined);
    const sick = sickPodsOf(workload, incident, facts);
    if (sick.length === 0 || sick.length < pods.length) return undefined; // the others still serve: one by one is milder
    if (waitsForUnready(workload) && !pods.every(isReady)) return undefined; // its controller would replace none of them
    const live = await facts.cluster.live(workload.meta.ref);
    if (!live || !isWorkload(live.object) || live.template === undefined || !wouldRoll(live.object)) return undefined;
    const target = live.object.meta.ref;
    const token = digestOf([incident.id, live.specSeen]).slice(0, 12);
    return {
      target,
      specSeen: live.specSeen,
      summary: `restart ${resourceName(target)}: all ${pods.length} of its pods hang`,
      input: { workload: target, template: annotated(live.template, RESTARTED, token) },
      ...(live.object.replicas < 2 && { unproven: 'it has one replica, and nothing serves if its successor does not come up' }),
    };
  },

  preview({ workload }, { view }) {
    const effect = rollingEffect(view, workload, () => true);
    return { ...effect, notes: [...effect.notes, 'an undo puts the template back, which rolls the pods once more'] };
  },

  write: ({ workload, template }) => ({ verb: 'replace-template', target: workload, template }),
});
