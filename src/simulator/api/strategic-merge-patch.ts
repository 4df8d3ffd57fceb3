import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { notModelled } from './failures.ts';

/** Lists that merge, by field, with the key of their items (`patchMergeKey` of Kubernetes' types). */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  conditions: 'type',
  ownerReferences: 'uid',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
};

const ORDER = '$setElementOrder/';

/** Applies a strategic merge patch: lists of named items merge by name, others are replaced. Throws 501 for directives beyond `$patch: delete` and `$setElementOrder`. */
export function applyStrategicMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...document };
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith(ORDER)) continue;
    if (field.startsWith('$')) throw notModelled(`the strategic merge directive '${field}'`);
    if (value === null || value === undefined) delete result[field];
    else result[field] = mergedField(field, result[field], value);
  }
  for (const [field, order] of Object.entries(patch)) {
    if (field.startsWith(ORDER)) putInOrder(result, field.slice(ORDER.length), order);
  }
  return result;
}

/** Puts the items that the directive names into its order; those that it does not name stay behind them. */
function putInOrder(result: JsonObject, field: string, order: JsonValue | undefined): void {
  const items = result[field];
  if (!Array.isArray(items) || !Array.isArray(order)) return;
  const key = field === 'ports' ? portKey(items) : mergeKeys[field];
  const nameOf = (item: JsonValue) => (isObject(item) && key !== undefined ? item[key] : item);
  const names = order.map(nameOf);
  const placeOf = (item: JsonValue) => (names.includes(nameOf(item)) ? names.indexOf(nameOf(item)) : names.length);
  result[field] = items.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function mergedField(field: string, known: JsonValue | undefined, value: JsonValue): JsonValue {
  if (isObject(value)) return applyStrategicMergePatch(isObject(known) ? known : {}, value);
  if (!Array.isArray(value)) return value;
  if (field === 'finalizers') return [...new Set([...(Array.isArray(known) ? known : []), ...value])];
  const key = field === 'ports' ? portKey(value) : mergeKeys[field];
  return key === undefined ? structuredClone(value) : mergedItems(key, Array.isArray(known) ? known : [], value);
}

function portKey(items: readonly JsonValue[]): string {
  return items.some((item) => isObject(item) && item.containerPort !== undefined) ? 'containerPort' : 'port';
}

function mergedItems(key: string, known: readonly JsonValue[], patch: readonly JsonValue[]): JsonValue[] {
  let result = [...known];
  const added: JsonValue[] = [];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const place = result.findIndex((one) => isObject(one) && one[key] === item[key]);
    const old = result[place];
    if (item.$patch === 'delete') result = result.filter((_, index) => index !== place);
    else if (isObject(old)) result[place] = applyStrategicMergePatch(old, item);
    else added.push(applyStrategicMergePatch({}, item));
  }
  return [...added, ...result];
}
