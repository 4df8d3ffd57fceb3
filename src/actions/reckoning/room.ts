/** How much more the nodes and the quotas of a namespace can hold, in base units. Unknown is told apart from none. */
import type { Container, Node, Pod, Quantities } from '../../core/model/objects.ts';
import { conditionOf } from '../../core/model/objects.ts';
import type { ClusterView } from '../../core/view.ts';

type Resource = keyof Quantities;

/** What the scheduler reserves for a pod: its containers that run together, or its greediest init container. An unset request is 0. */
export function requestOf(pod: Pod, resource: Resource): number {
  const amounts = (role: Container['role']) => pod.containers.filter((one) => one.role === role).map((one) => one.requests[resource] ?? 0);
  const sum = (all: readonly number[]) => all.reduce((total, amount) => total + amount, 0);
  return Math.max(sum(amounts('main')), ...amounts('init')) + sum(amounts('sidecar'));
}

/** What a node has left beside what the pods on it have requested; undefined when the node does not say what it has. */
export function freeOn(node: Node, resource: Resource, view: ClusterView): number | undefined {
  const allocatable = node.allocatable[resource];
  return allocatable === undefined ? undefined : allocatable - sumOf(podsOn(node.meta.ref.name, view), resource);
}

/** How many pods a node that accepts any pod would take of the size of this one. Nodes that do not say are taken to be full. */
export function copiesThatFit(pod: Pod, view: ClusterView): number {
  return view
    .ofKind('Node')
    .filter(isOpen)
    .reduce((sum, node) => sum + copiesOn(node, pod, view), 0);
}

/**
 * The memory limit in bytes that the container may have in each of these pods, so that its node could serve it whole beside what all
 * others have requested. Undefined when a node, or what it can hold, is not known.
 */
export function limitThatNodesHold(pods: readonly Pod[], container: string, view: ClusterView): number | undefined {
  const rooms = [...Map.groupBy(pods, (pod) => pod.nodeName)].map(([name, held]) => {
    const node = view.ofKind('Node').find(({ meta }) => meta.ref.name === name);
    const free = node && freeOn(node, 'memoryBytes', view);
    const reserved = held.map((pod) => pod.containers.find((one) => one.name === container)?.requests.memoryBytes ?? 0);
    return free === undefined ? undefined : Math.min(...reserved) + free / held.length;
  });
  const known = rooms.filter((room) => room !== undefined);
  return known.length === 0 || known.length < rooms.length ? undefined : Math.min(...known);
}

/** How a raise counts against quotas. */
export interface Raise {
  readonly namespace: string | undefined;
  /** Today's limit, in bytes. */
  readonly limit: number;
  /** Whether the request goes up with the limit. */
  readonly withRequest: boolean;
  /** How many pods get it, and how many more exist while they are being replaced. */
  readonly pods: number;
  readonly surge: number;
}

/** The limit in bytes that every quota of the namespace has headroom for; infinite without one. A quota that has not been reckoned up has none. */
export function limitThatQuotasHold({ namespace, limit, withRequest, pods, surge }: Raise, view: ClusterView): number {
  const counted = ['limits.memory', ...(withRequest ? ['requests.memory', 'memory'] : [])];
  const headrooms = quotasOf(namespace, view).flatMap(({ hard, used }) => headroomsIn({ hard, used }, counted));
  return Math.min(Number.POSITIVE_INFINITY, ...headrooms.map((headroom) => (headroom + pods * limit) / (pods + surge)));
}

/** How many more pods of this size the quotas of the namespace allow; infinite without one. */
export function copiesWithinQuotas(pod: Pod, view: ClusterView): number {
  const [memory, cpu] = [requestOf(pod, 'memoryBytes'), requestOf(pod, 'cpuCores')];
  const limits = (resource: Resource) => pod.containers.reduce((sum, { limits: own }) => sum + (own[resource] ?? 0), 0);
  const costs: Readonly<Record<string, number>> = {
    pods: 1,
    'count/pods': 1,
    'requests.memory': memory,
    memory,
    'requests.cpu': cpu,
    cpu,
    'limits.memory': limits('memoryBytes'),
    'limits.cpu': limits('cpuCores'),
  };
  const copies = quotasOf(pod.meta.ref.namespace, view).flatMap((quota) =>
    Object.entries(costs).flatMap(([name, cost]) => (cost === 0 ? [] : headroomsIn(quota, [name]).map((headroom) => headroom / cost))),
  );
  return Math.max(0, Math.floor(Math.min(Number.POSITIVE_INFINITY, ...copies) + 1e-9));
}

interface Quota {
  readonly hard: Readonly<Record<string, number>>;
  readonly used: Readonly<Record<string, number>>;
}

function quotasOf(namespace: string | undefined, view: ClusterView): readonly Quota[] {
  return view.ofKind('ResourceQuota').filter(({ meta }) => meta.ref.namespace === namespace);
}

function headroomsIn({ hard, used }: Quota, names: readonly string[]): number[] {
  return names.flatMap((name) => {
    const limit = hard[name];
    return limit === undefined ? [] : [Math.max(0, limit - (used[name] ?? limit))];
  });
}

function podsOn(node: string, view: ClusterView): Pod[] {
  return view.ofKind('Pod').filter(({ nodeName, phase }) => nodeName === node && phase !== 'Succeeded' && phase !== 'Failed');
}

function sumOf(pods: readonly Pod[], resource: Resource): number {
  return pods.reduce((sum, pod) => sum + requestOf(pod, resource), 0);
}

/** Tolerations are not known, so a node with a taint that keeps pods off is closed. */
function isOpen(node: Node): boolean {
  const isTainted = node.taints.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return node.meta.deletedAt === undefined && !node.isUnschedulable && !isTainted && conditionOf(node, 'Ready')?.status === 'True';
}

function copiesOn(node: Node, pod: Pod, view: ClusterView): number {
  const copies = (['memoryBytes', 'cpuCores'] as const).map((resource) => {
    const cost = requestOf(pod, resource);
    const free = freeOn(node, resource, view);
    return cost === 0 ? Number.POSITIVE_INFINITY : Math.floor((free ?? 0) / cost + 1e-9);
  });
  return Math.max(0, Math.min(...copies));
}
