import { z } from 'zod';
import { isReady } from '../core/model/objects.ts';
import { ResourceRef, resourceName } from '../core/model/resource.ts';
import { Json } from '../core/model/write.ts';
import { defineAction, type Effect, type Facts, type Proposal } from '../core/plugins.ts';
import { workloadOf } from '../core/view.ts';
import { oomKilledIn, type Victim } from './reckoning/oom-killed.ts';
import { podsOf } from './reckoning/pods.ts';
import { raisedInPlace, raisedInTemplate } from './reckoning/raised-resources.ts';
import { rollingEffect } from './reckoning/rolling-effect.ts';

const NAME = 'adjust-resources';
const OWN_MANAGER = 'kubemend';
/** What the room for more is reckoned from. */
const NEEDS = ['Pod', 'Node', 'ResourceQuota'] as const;

const change = { container: z.string(), was: z.string(), limit: z.string() };
const Amounts = z.record(z.string(), z.string()).readonly();
const Input = z.discriminatedUnion('where', [
  z.strictObject({ where: z.literal('pod'), pod: ResourceRef, ...change, requests: Amounts, limits: Amounts }),
  z.strictObject({ where: z.literal('template'), workload: ResourceRef, ...change, template: Json }),
]);
type Input = z.output<typeof Input>;

/**
 * Raises the memory limit of a container that was killed for want of memory. First in place, in the one pod, which its undo resizes back
 * (Kubernetes 1.33 lowers no memory limit in place; there the undo is refused and a person is told). Where that was done before for this
 * workload, or the container is down, or the cluster cannot, in the template, which replaces all pods and is a plan of its own.
 */
export const adjustResources = defineAction({
  name: NAME,
  treats: ['memory-limit-too-low'],
  impact: { scope: 'workload', tier: 'medium', reversible: true, restorative: false },
  rbac: [
    { apiGroup: '', resource: 'pods/resize', verbs: ['patch'] },
    ...['deployments', 'statefulsets', 'daemonsets'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
  ],
  // A back-off of up to 5 minutes before the next start, then up to 10 minutes of running well until an OOM kill counts as past.
  verify: { settleMs: 60_000, deadlineMs: 20 * 60_000 },
  input: Input,

  async propose(incident, _cause, facts) {
    if (NEEDS.some((kind) => facts.view.isBlindFor(kind))) return undefined;
    const victim = await oomKilledIn(incident, facts);
    if (!victim) return undefined;
    const isSecondTime =
      incident.attempts.some(({ action }) => action === NAME) || podsOf(facts.view, victim.workload.meta.ref).some(wasResized);
    return isSecondTime || !victim.resources ? inTemplate(victim, facts) : inPlace(victim, facts);
  },

  preview: (input, facts) => (input.where === 'pod' ? effectInPlace(input, facts) : effectOfRollout(input, facts)),

  write(input) {
    if (input.where === 'template') return { verb: 'replace-template', target: input.workload, template: input.template };
    const { container: name, requests, limits } = input;
    return { verb: 'resize', target: input.pod, containers: [{ name, requests, limits }] };
  },
});

function inPlace(victim: Victim, facts: Facts): Proposal | undefined {
  const raised = raisedInPlace(victim, facts.view);
  if (!raised) return undefined;
  const { pod, container, specSeen } = victim;
  const input: Input = { where: 'pod', pod: pod.meta.ref, container, ...raised };
  return { target: pod.meta.ref, specSeen, summary: summaryOf(resourceName(pod.meta.ref), input), input };
}

async function inTemplate(victim: Victim, { cluster, view }: Facts): Promise<Proposal | undefined> {
  const live = await cluster.live(victim.workload.meta.ref);
  const raised = live && raisedInTemplate(victim, live, view);
  if (!raised) return undefined;
  const workload = live.object.meta.ref;
  const input: Input = { where: 'template', workload, container: victim.container, ...raised };
  return { target: workload, specSeen: live.specSeen, summary: summaryOf(`the template of ${resourceName(workload)}`, input), input };
}

function summaryOf(where: string, { container, was, limit }: Input): string {
  return `raise the memory limit of container ${container} in ${where} from ${was} to ${limit}`;
}

function wasResized({ meta }: Victim['pod']): boolean {
  return meta.managers.some(({ manager, subresource }) => manager === OWN_MANAGER && subresource === 'resize');
}

function effectInPlace({ pod: target, container, was, limit }: Extract<Input, { where: 'pod' }>, { view }: Facts): Effect {
  const owner = workloadOf(view, target);
  const notes = [`in place: ${container} goes from ${was} to ${limit}; only a resizePolicy of RestartContainer would restart it`];
  if (!owner || view.isBlindFor('Pod')) return { affectedPods: [target.name], notes: [...notes, 'its workload is not in view'] };
  const ready = podsOf(view, owner.meta.ref).filter(isReady).length;
  return { readyPodsNow: ready, readyPodsTaken: 0, affectedPods: [target.name], notes };
}

function effectOfRollout({ workload, container, was, limit }: Extract<Input, { where: 'template' }>, { view }: Facts): Effect {
  const effect = rollingEffect(view, workload, () => true);
  return { ...effect, notes: [`all pods are replaced: ${container} goes from ${was} to ${limit}`, ...effect.notes] };
}
