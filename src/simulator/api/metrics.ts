import { ApiFailure } from '../api-failure.ts';
import { timestampOf } from '../instant.ts';
import type { JsonObject } from '../json.ts';
import type { ApiObject, ContainerUsage, World } from '../world.ts';
import type { Answer, Call } from './call.ts';
import { labelSelector } from './selectors.ts';
import type { CutPath } from './target.ts';

const VERSION = 'metrics.k8s.io/v1beta1';
const KIBI = 1024;

/** Answers metrics.k8s.io from what the kubelets measure; what has no measurement is left out of lists and is 404 by name. */
export function readMetrics(world: World, call: Call, cut: CutPath): Answer {
  const isNodes = cut.plural === 'nodes';
  const matches = labelSelector(call.query.get('labelSelector') ?? '');
  const objects = isNodes ? world.objects.list('nodes') : world.objects.list('pods', cut.namespace === '' ? undefined : cut.namespace);
  const items = objects
    .filter((object) => matches(object) && (cut.name === '' || object.metadata.name === cut.name))
    .flatMap((object) => (isNodes ? nodeMetrics(world, object) : podMetrics(world, object)));
  if (cut.name === '')
    return { status: 200, body: { kind: isNodes ? 'NodeMetricsList' : 'PodMetricsList', apiVersion: VERSION, metadata: {}, items } };
  const [found] = items;
  if (found) return { status: 200, body: { kind: isNodes ? 'NodeMetrics' : 'PodMetrics', apiVersion: VERSION, ...found } };
  const isRunning = objects.some(({ metadata, status }) => metadata.name === cut.name && (isNodes || status?.phase === 'Running'));
  throw missing(cut, isRunning);
}

/** 404, in the words of metrics-server: what does not run is missing, what runs lacks its measurement only. */
function missing({ plural, namespace, name }: CutPath, isRunning: boolean): ApiFailure {
  const kind = plural === 'nodes' ? 'node' : 'pods';
  if (!isRunning) return new ApiFailure(404, 'NotFound', `${kind} "${name}" not found`, { name, kind });
  const shown = plural === 'nodes' ? name : `${namespace}/${name}`;
  const details = { name: shown, group: 'metrics.k8s.io', kind: plural };
  return new ApiFailure(404, 'NotFound', `${plural}.metrics.k8s.io "${shown}" not found`, details);
}

function podMetrics(world: World, pod: ApiObject): JsonObject[] {
  const usage = world.kubelets.podUsage(pod);
  if (usage === undefined) return [];
  return [{ ...headOf(world, pod), containers: usage.map((one) => ({ name: one.name, usage: usageOf(one) })) }];
}

function nodeMetrics(world: World, node: ApiObject): JsonObject[] {
  const usage = world.kubelets.nodeUsage(node);
  return usage === undefined ? [] : [{ ...headOf(world, node), usage: usageOf(usage) }];
}

function headOf(world: World, { metadata }: ApiObject): JsonObject {
  const now = timestampOf(world.clock.now());
  const { name, namespace, labels } = metadata;
  const own = { name, ...(namespace !== undefined && { namespace }), creationTimestamp: now, ...(labels && { labels }) };
  return { metadata: own, timestamp: now, window: '15s' };
}

function usageOf({ cpuMillicores, memoryBytes }: Omit<ContainerUsage, 'name'>): JsonObject {
  return { cpu: `${Math.round(cpuMillicores * 1e6)}n`, memory: `${Math.ceil(memoryBytes / KIBI)}Ki` };
}
