/** The memory limit that answers an OOM kill, in a pod and in a template, with what it must keep to. */
import { isWorkload, type Pod, type Workload } from '../../core/model/objects.ts';
import { bytesOf, quantityOf } from '../../core/model/quantity.ts';
import type { Json } from '../../core/model/write.ts';
import type { LiveObject } from '../../core/ports.ts';
import type { ClusterView } from '../../core/view.ts';
import type { Victim } from './oom-killed.ts';
import { podsOf } from './pods.ts';
import { raisedLimit } from './raised-limit.ts';
import { wouldRoll } from './rolling-effect.ts';
import { limitThatNodesHold, limitThatQuotasHold } from './room.ts';
import { containerIn, fieldsOf, withResources } from './template-json.ts';

type Amounts = Readonly<Record<string, string>>;
interface Change {
  readonly was: string;
  readonly limit: string;
}

/** Requests and limits of the killed container with the memory limit raised; the request goes along only where it equals the limit. */
export function raisedInPlace(
  victim: Victim,
  view: ClusterView,
): (Change & { readonly requests: Amounts; readonly limits: Amounts }) | undefined {
  const { requests = {}, limits = {} } = victim.resources ?? {};
  const { memory: was } = limits;
  const limit = was === undefined ? undefined : bytesOf(was);
  if (was === undefined || limit === undefined) return undefined;
  const withRequest = isSameAmount(requests.memory, limit);
  const room = roomFor({ pods: [victim.pod], container: victim.container, limit, withRequest, surge: 0 }, view);
  const raised = room === undefined ? undefined : raisedLimit({ limit, tooLow: limit, room });
  if (raised === undefined) return undefined;
  const memory = quantityOf(raised);
  return { was, limit: memory, requests: withRequest ? { ...requests, memory } : requests, limits: { ...limits, memory } };
}

/** The workload's live template with the container's memory limit raised; undefined when it sets none, or would not be rolled out. */
export function raisedInTemplate(victim: Victim, live: LiveObject, view: ClusterView): (Change & { readonly template: Json }) | undefined {
  const { object, template } = live;
  if (!isWorkload(object) || template === undefined || !wouldRoll(object)) return undefined;
  const resources = fieldsOf(containerIn(template, victim.container)?.resources);
  const [limits, requests] = [fieldsOf(resources.limits), fieldsOf(resources.requests)];
  const was = textOf(limits.memory);
  const limit = was === undefined ? undefined : bytesOf(was);
  if (was === undefined || limit === undefined) return undefined;
  const raised = raisedForAll(victim, { workload: object, limit, request: textOf(requests.memory) }, view);
  if (raised === undefined) return undefined;
  const memory = quantityOf(raised);
  const isReserved = isSameAmount(textOf(requests.memory), limit);
  const changed = { ...resources, limits: { ...limits, memory }, ...(isReserved && { requests: { ...requests, memory } }) };
  return { was, limit: memory, template: withResources(template, victim.container, changed) };
}

/** A request that is not set is the limit, by Kubernetes' default, and is raised with it. */
function raisedForAll(
  { pod, container, resources }: Victim,
  { workload, limit, request }: { readonly workload: Workload; readonly limit: number; readonly request: string | undefined },
  view: ClusterView,
): number | undefined {
  const pods = podsOf(view, workload.meta.ref).filter(({ nodeName, meta }) => nodeName !== undefined && meta.deletedAt === undefined);
  const withRequest = request === undefined || isSameAmount(request, limit);
  const room = roomFor({ pods, container, limit, withRequest, surge: surgeOf(workload), copies: workload.replicas }, view);
  const inForce = bytesOf(resources?.limits.memory ?? '') ?? pod.containers.find(({ name }) => name === container)?.limits.memoryBytes ?? 0;
  return room === undefined ? undefined : raisedLimit({ limit, tooLow: Math.max(limit, inForce), room });
}

interface Ask {
  readonly pods: readonly Pod[];
  readonly container: string;
  readonly limit: number;
  readonly withRequest: boolean;
  readonly surge: number;
  readonly copies?: number;
}

function roomFor({ pods, container, limit, withRequest, surge, copies = 1 }: Ask, view: ClusterView): number | undefined {
  const onNodes = limitThatNodesHold(pods, container, view);
  const namespace = pods[0]?.meta.ref.namespace;
  return onNodes === undefined
    ? undefined
    : Math.min(onNodes, limitThatQuotasHold({ namespace, limit, withRequest, pods: copies, surge }, view));
}

/** The pods that a Deployment runs beside the old ones while it rolls, by the default maxSurge of 25 %. */
function surgeOf({ kind, strategy, replicas }: Workload): number {
  return kind === 'Deployment' && strategy !== 'Recreate' ? Math.ceil(replicas / 4) : 0;
}

function isSameAmount(text: string | undefined, bytes: number): boolean {
  return text !== undefined && bytesOf(text) === bytes;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined;
}
