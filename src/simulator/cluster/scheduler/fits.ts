import { type JsonObject, objectAt, objectsAt, textAt, textsAt } from '../../json.ts';
import type { ApiObject } from '../../world.ts';
import { hasEnded } from '../pods.ts';
import { quantityOf } from '../quantity.ts';
import { meetsExpression } from '../selector.ts';

/** CPU in cores and memory in bytes. */
export interface Amount {
  readonly cpu: number;
  readonly memory: number;
}

/** What a pod asks for: the sum of its containers and sidecars, or more where a single init container asks for more. */
export function requestsOf(pod: ApiObject): Amount {
  const of = (container: JsonObject): Amount => {
    const requests = objectAt(container, 'resources', 'requests');
    return { cpu: quantityOf(requests.cpu), memory: quantityOf(requests.memory) };
  };
  const inits = objectsAt(pod.spec, 'initContainers');
  const lasting = [...objectsAt(pod.spec, 'containers'), ...inits.filter((one) => one.restartPolicy === 'Always')].map(of);
  const passing = inits.filter((one) => one.restartPolicy !== 'Always').map(of);
  const sum = (field: keyof Amount) => lasting.reduce((total, one) => total + one[field], 0);
  return {
    cpu: Math.max(sum('cpu'), ...passing.map((one) => one.cpu)),
    memory: Math.max(sum('memory'), ...passing.map((one) => one.memory)),
  };
}

/** What the pods of a node have asked for. */
export function usedBy(pods: readonly ApiObject[]): Amount {
  const all = pods.filter((pod) => !hasEnded(pod)).map(requestsOf);
  return { cpu: all.reduce((sum, one) => sum + one.cpu, 0), memory: all.reduce((sum, one) => sum + one.memory, 0) };
}

/** Why a node cannot take a pod, in the scheduler's words; none when it can. */
export function objections(pod: ApiObject, node: ApiObject, onNode: readonly ApiObject[]): readonly string[] {
  if (!isNamed(pod, node)) return ["node(s) didn't satisfy plugin(s) [NodeAffinity]"];
  if (node.spec?.unschedulable === true && !tolerates(pod, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })) {
    return ['node(s) were unschedulable'];
  }
  if (objectsAt(node.spec, 'taints').some((taint) => repels(pod, taint))) return ['node(s) had untolerated taint(s)'];
  if (!isSelected(pod, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  return shortages(pod, node, onNode);
}

function shortages(pod: ApiObject, node: ApiObject, onNode: readonly ApiObject[]): readonly string[] {
  const allocatable = objectAt(node.status, 'allocatable');
  const used = usedBy(onNode);
  const wanted = requestsOf(pod);
  const why: string[] = [];
  const places = quantityOf(allocatable.pods ?? '110');
  if (onNode.filter((other) => !hasEnded(other)).length + 1 > places) why.push('Too many pods');
  if (wanted.cpu > 0 && used.cpu + wanted.cpu > quantityOf(allocatable.cpu) + 1e-9) why.push('Insufficient cpu');
  if (wanted.memory > 0 && used.memory + wanted.memory > quantityOf(allocatable.memory)) why.push('Insufficient memory');
  return why;
}

function repels(pod: ApiObject, taint: JsonObject): boolean {
  return taint.effect !== 'PreferNoSchedule' && !tolerates(pod, taint);
}

/** Whether the pod bears a taint of this key and effect. */
export function tolerates(pod: ApiObject, taint: JsonObject): boolean {
  return tolerationOf(pod, taint) !== undefined;
}

/** The toleration by which the pod bears the taint. */
export function tolerationOf(pod: ApiObject, taint: JsonObject): JsonObject | undefined {
  return objectsAt(pod.spec, 'tolerations').find((toleration) => {
    const isEffect = !toleration.effect || toleration.effect === taint.effect;
    const isKey = !toleration.key || toleration.key === taint.key;
    const isValue = toleration.operator === 'Exists' || (toleration.value ?? '') === (taint.value ?? '');
    return isEffect && isKey && isValue;
  });
}

function isSelected(pod: ApiObject, node: ApiObject): boolean {
  const labels = node.metadata.labels ?? {};
  const isBySelector = Object.entries(textsAt(pod.spec, 'nodeSelector')).every(([key, value]) => labels[key] === value);
  const terms = termsOf(pod).filter((term) => objectsAt(term, 'matchExpressions').length > 0);
  const meets = (term: JsonObject) => objectsAt(term, 'matchExpressions').every((one) => meetsExpression(one, labels));
  return isBySelector && (terms.length === 0 || terms.some(meets));
}

/** Pods of a DaemonSet name their node by `matchFields`. */
function isNamed(pod: ApiObject, node: ApiObject): boolean {
  const fields = termsOf(pod).flatMap((term) => objectsAt(term, 'matchFields'));
  const names = { 'metadata.name': node.metadata.name };
  return fields.length === 0 || fields.some((field) => meetsExpression(field, names));
}

function termsOf(pod: ApiObject): readonly JsonObject[] {
  return objectsAt(pod.spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
}

/** Whether another pod of the node forbids this one by a required anti-affinity over host names. */
export function isCrowded(
  pod: ApiObject,
  onNode: readonly ApiObject[],
  selects: (selector: JsonObject, other: ApiObject) => boolean,
): boolean {
  const terms = objectsAt(pod.spec, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  const byHost = terms.filter((term) => textAt(term, 'topologyKey') === 'kubernetes.io/hostname');
  return byHost.some((term) => onNode.some((other) => !hasEnded(other) && selects(objectAt(term, 'labelSelector'), other)));
}
