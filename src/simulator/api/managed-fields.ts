import { timestampOf } from '../instant.ts';
import { isObject, isSame, type JsonObject, type JsonValue } from '../json.ts';
import type { ApiObject, ChangeOptions } from '../world.ts';

/** The fields of a list's items by which Kubernetes tells them apart (`x-kubernetes-list-map-keys`). */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};
/** Maps that are owned as one. */
const atomic = new Set(['selector', 'nodeSelector', 'labelSelector', 'clientConfig', 'securityContext', 'affinity']);
/** Metadata that the server keeps and nobody owns. */
const unowned = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'generateName'];
const deletion = ['deletionTimestamp', 'deletionGracePeriodSeconds'];

/** The object with `managedFields` that tell who wrote what changed since `before`; as it was when no manager is named. */
export function withManagers(after: ApiObject, before: ApiObject | undefined, options: ChangeOptions & { readonly at: number }): ApiObject {
  const { fieldManager: manager, subresource = '', at } = options;
  if (!manager) return after;
  const changed = changedFields(ownable(after), before && ownable(before));
  if (Object.keys(changed).length === 0) return after;
  const part = subresource === 'any' ? '' : subresource;
  const entries = (after.metadata.managedFields ?? []).flatMap((entry) => without(entry, changed));
  const isMine = (entry: JsonObject) =>
    entry.manager === manager &&
    entry.operation === 'Update' &&
    (entry.subresource ?? '') === part &&
    entry.apiVersion === after.apiVersion;
  const mine = entries.find(isMine);
  const entry: JsonObject = {
    ...{ manager, operation: 'Update', apiVersion: after.apiVersion, time: timestampOf(at), fieldsType: 'FieldsV1' },
    fieldsV1: merged(isObject(mine?.fieldsV1) ? mine.fieldsV1 : {}, changed),
    ...(part !== '' && { subresource: part }),
  };
  const managedFields = [...entries.filter((one) => !isMine(one)), entry];
  return { ...after, metadata: { ...after.metadata, managedFields } };
}

function ownable({ apiVersion: _apiVersion, kind: _kind, metadata, ...content }: ApiObject): JsonObject {
  const kept = Object.entries(metadata).filter(([name]) => !unowned.includes(name) && !deletion.includes(name));
  return { ...content, metadata: Object.fromEntries(kept) };
}

/** The FieldsV1 tree of what differs; a field that went is in it too, so that its owner loses it. */
function changedFields(after: JsonValue | undefined, before: JsonValue | undefined): JsonObject {
  const fields: JsonObject = {};
  const now = isObject(after) ? after : {};
  const then = isObject(before) ? before : {};
  for (const name of new Set([...Object.keys(now), ...Object.keys(then)])) {
    if (isSame(now[name] ?? {}, then[name] ?? {})) continue;
    const inner = changedIn(name, now[name], then[name]);
    if (inner) fields[`f:${name}`] = inner;
  }
  return fields;
}

function changedIn(name: string, now: JsonValue | undefined, then: JsonValue | undefined): JsonObject | undefined {
  const keys = keysOf(name, now ?? then);
  if (keys) return changedItems(keys, now, then);
  if (isObject(now) && Object.keys(now).length > 0 && !atomic.has(name)) {
    const own = then === undefined && name !== 'metadata' && name !== 'spec' && name !== 'status' ? { '.': {} } : {};
    return { ...own, ...changedFields(now, then) };
  }
  return {};
}

function keysOf(name: string, list: JsonValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const keys = name === 'ports' ? portKeys(list) : listKeys[name];
  return keys && list.every((item) => isObject(item) && keys.some((key) => item[key] !== undefined)) ? keys : undefined;
}

function portKeys(list: readonly JsonValue[]): readonly string[] {
  return list.some((item) => isObject(item) && item.containerPort !== undefined) ? ['containerPort', 'protocol'] : ['port', 'protocol'];
}

function changedItems(keys: readonly string[], now: JsonValue | undefined, then: JsonValue | undefined): JsonObject {
  const after = byKey(keys, now);
  const before = byKey(keys, then);
  const fields: JsonObject = then === undefined ? { '.': {} } : {};
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const [one, other] = [after.get(key), before.get(key)];
    if (isSame(one, other)) continue;
    fields[key] = other === undefined || one === undefined ? { '.': {}, ...changedFields(one, other) } : changedFields(one, other);
  }
  return fields;
}

function byKey(keys: readonly string[], list: JsonValue | undefined): Map<string, JsonObject> {
  const items = Array.isArray(list) ? list.filter(isObject) : [];
  return new Map(items.map((item) => [`k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])))}`, item]));
}

/** The entry less the fields that somebody else has written now; nothing when none is left. */
function without(entry: JsonObject, changed: JsonObject): JsonObject[] {
  const left = less(isObject(entry.fieldsV1) ? entry.fieldsV1 : {}, changed);
  return left ? [{ ...entry, fieldsV1: left }] : [];
}

function less(fields: JsonObject, taken: JsonObject): JsonObject | undefined {
  const left: JsonObject = {};
  for (const [name, inner] of Object.entries(fields)) {
    const gone = taken[name];
    if (!isObject(inner)) continue;
    if (!isObject(gone)) left[name] = inner;
    else if (Object.keys(gone).length > 0) {
      const rest = less(inner, gone);
      if (rest) left[name] = rest;
    }
  }
  return Object.keys(left).length > 0 ? left : undefined;
}

function merged(one: JsonObject, other: JsonObject): JsonObject {
  const both: JsonObject = { ...one };
  for (const [name, inner] of Object.entries(other)) {
    const known = both[name];
    both[name] = isObject(known) && isObject(inner) ? merged(known, inner) : inner;
  }
  return both;
}
