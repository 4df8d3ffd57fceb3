import { type Container, isReady, type Pod } from '../../core/model/objects.ts';
import { MEBIBYTE } from '../../core/model/quantity.ts';
import { PROTECT_LABEL } from '../../guards/grounds/labels.ts';
import type { Load } from './load-script.ts';
import type { Room } from './room.ts';

/** A container that is to bear the load, with what it has room for. */
export interface StressTarget {
  readonly pod: Pod;
  readonly container: Container;
  readonly room: Room;
}

const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'];
/** So much of a limit stays free, 8 MiB at the least: the app goes on allocating. */
const SPARE_OF_LIMIT = 0.05;
/** So much of a node's memory stays free: the kubelet evicts pods when little is left. */
const SPARE_OF_NODE = 0.1;

/** Why nothing is loaded in this namespace; undefined when nothing speaks against it. `evenIn` is the one that the user named all the same. */
export function objectionToNamespace(namespace: string, ownNamespace: string, evenIn: string | undefined): string | undefined {
  if (namespace === evenIn) return undefined;
  const mend = `if it must be there, say so: --even-in ${namespace}`;
  if (namespace === ownNamespace) return `kubemend itself runs in namespace ${namespace}; ${mend}`;
  return SYSTEM_NAMESPACES.includes(namespace) ? `the cluster's own machinery runs in namespace ${namespace}; ${mend}` : undefined;
}

/** Why this pod bears no load, by what the API server says of it. */
export function objectionsToPod(pod: Pod): readonly string[] {
  const { meta, phase } = pod;
  const protect = meta.labels[PROTECT_LABEL];
  const state = meta.deletedAt === undefined ? `it is not ready (${phase}): a pod in trouble is not loaded further` : 'it is being deleted';
  return [...(isReady(pod) ? [] : [state]), ...(protect === undefined || protect === 'false' ? [] : [`it is labelled ${PROTECT_LABEL}`])];
}

/** Why this container does not bear the load, by what it says itself. */
export function objectionsToRoom({ container, room }: StressTarget, load: Load, allowOom: boolean): readonly string[] {
  return [...byTools(room), ...byMemory(container, room, { ...load, allowOom }), ...byNodeMemory(room, load)];
}

function byTools({ hasSleep, hasProc }: Room): readonly string[] {
  return [
    ...(hasSleep ? [] : ["there is no 'sleep' in the container: name another one with --container"]),
    ...(hasProc ? [] : ['/proc cannot be read there, so that the load would have no clock: name another container with --container']),
  ];
}

function byMemory({ limits }: Container, room: Room, { memoryBytes, allowOom }: Load & { readonly allowOom: boolean }): readonly string[] {
  if (memoryBytes === 0 || allowOom) return [];
  const limit = Math.min(limits.memoryBytes ?? Number.POSITIVE_INFINITY, room.memoryLimitBytes ?? Number.POSITIVE_INFINITY);
  if (limit === Number.POSITIVE_INFINITY) return [];
  const mend = 'take less, or let the kernel kill it: --allow-oom';
  if (room.memoryUsedBytes === undefined) return [`its memory use is not known, so nobody knows what fits under its limit; ${mend}`];
  const free = Math.max(0, limit - room.memoryUsedBytes - Math.max(8 * MEBIBYTE, limit * SPARE_OF_LIMIT));
  if (memoryBytes <= free) return [];
  return [
    `${mebibytes(memoryBytes)} do not fit: it uses ${mebibytes(room.memoryUsedBytes)} of ${mebibytes(limit)}, ` +
      `so ${mebibytes(free)} fit; ${mend}`,
  ];
}

/** No flag lifts this: on a node without memory the pods of others die. */
function byNodeMemory({ nodeAvailableBytes, nodeMemoryBytes }: Room, { memoryBytes }: Load): readonly string[] {
  if (memoryBytes === 0) return [];
  if (nodeAvailableBytes === undefined || nodeMemoryBytes === undefined)
    return ["the node's free memory is not known, and its other pods need it: load CPU only, or a pod on another node"];
  const free = Math.max(0, nodeAvailableBytes - nodeMemoryBytes * SPARE_OF_NODE);
  return memoryBytes <= free ? [] : [`${mebibytes(memoryBytes)} do not fit on its node, where ${mebibytes(free)} are to be had; take less`];
}

/** Why these loads together are more than a node has, one sentence for each such node. */
export function objectionsToNodes(targets: readonly StressTarget[], { cpuCores, memoryBytes }: Load): readonly string[] {
  const byNode = Map.groupBy(targets, ({ pod }) => pod.nodeName ?? '?');
  return [...byNode].flatMap(([node, all]) => {
    const { nodeCores, nodeAvailableBytes = 0, nodeMemoryBytes = 0 } = all[0]?.room ?? {};
    const cores = cpuCores * all.length;
    const bytes = memoryBytes * all.length;
    const free = Math.max(0, nodeAvailableBytes - nodeMemoryBytes * SPARE_OF_NODE);
    return [
      ...(cores === 0 || (nodeCores !== undefined && cores <= nodeCores)
        ? []
        : [`node ${node}: ${cores} cores on ${all.length} pods are more than it has (${nodeCores ?? 'not known'})`]),
      ...(all.length > 1 && bytes > free
        ? [`node ${node}: ${mebibytes(bytes)} on ${all.length} pods do not fit, ${mebibytes(free)} are to be had`]
        : []),
    ];
  });
}

/** Whole mebibytes, as people read them: `256 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / MEBIBYTE)} MiB`;
}
