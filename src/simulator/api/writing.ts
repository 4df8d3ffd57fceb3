import { ApiFailure } from '../api-failure.ts';
import { isObject, type JsonObject, listAt, numberAt, objectAt, textAt } from '../json.ts';
import { type ResourceName, resourceType } from '../resources.ts';
import type { ApiObject, NewObject, ObjectStore, Removal } from '../world.ts';
import type { Answer, Call, Target } from './call.ts';
import { withUpdateDefaults } from './defaults.ts';
import { badRequest, conflict, notFound, staleVersion } from './failures.ts';
import { patchOf } from './patching.ts';
import { validateNew, validateUpdate } from './validation.ts';

/** Kinds that must be updated on the version that was seen. */
const alwaysPinned = new Set<ResourceName>(['leases.coordination.k8s.io', 'poddisruptionbudgets.policy']);

/** Whether only the answer is wanted. Throws 422 for any other value than `All`. */
export function isDryRun(call: Call): boolean {
  const values = call.query.getAll('dryRun').filter(Boolean);
  if (values.every((value) => value === 'All')) return values.length > 0;
  const cause = {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(values[0])}: supported values: "All"`,
    field: 'dryRun',
  };
  const [kind, group] = [optionsKindOf(call.method), 'meta.k8s.io'];
  throw new ApiFailure(422, 'Invalid', `${kind}.${group} "" is invalid: dryRun: ${cause.message}`, { kind, group, causes: [cause] });
}

function optionsKindOf(method: string): string {
  if (method === 'POST') return 'CreateOptions';
  if (method === 'DELETE') return 'DeleteOptions';
  return method === 'PUT' ? 'UpdateOptions' : 'PatchOptions';
}

/** Who is named as the writer: `fieldManager`, or the name that the client gives itself. */
export function managerOf(call: Call): string {
  return call.query.get('fieldManager') || call.userAgent.split('/')[0] || 'unknown';
}

/** The body as an object. Throws 400 when it is none, and 415 for a form that the simulator does not read (protobuf, YAML). */
export function objectIn(call: Call): JsonObject {
  const type = call.contentType.split(';')[0]?.trim() ?? '';
  if (call.method !== 'PATCH' && !['', '*/*', 'application/json'].includes(type)) {
    const message = 'the body of the request was in an unknown format - accepted media types include: application/json';
    throw new ApiFailure(415, 'UnsupportedMediaType', message, {});
  }
  let body: unknown;
  try {
    body = JSON.parse(call.body);
  } catch {
    throw badRequest('the object provided is unrecognized (must be of type JSON)');
  }
  if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type JSON object)');
  return body;
}

/** Creates what the body says. */
export function createObject(objects: ObjectStore, call: Call, target: Target): Answer {
  const { resource, namespace } = target;
  const given = newObjectOf(objectIn(call), target);
  const dryRun = isDryRun(call);
  refuseEndingNamespace(objects, target, given.metadata.name ?? '');
  const object = { ...given, metadata: { ...given.metadata, ...(namespace !== '' && { namespace }) } };
  if (resourceType(resource).subresources.includes('status')) delete object.status;
  validateNew(resource, object);
  return { status: 201, body: objects.create(resource, object, { fieldManager: managerOf(call), isDryRun: dryRun }) };
}

/** The body as the object of the target. Throws 400 when kind, name or namespace are another's. */
function newObjectOf(body: JsonObject, { resource, namespace, name }: Target): NewObject {
  const { group, version, kind } = resourceType(resource);
  const expected = group === '' ? version : `${group}/${version}`;
  if (body.kind !== undefined && body.kind !== kind) {
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: the body is a ${JSON.stringify(body.kind)}`);
  }
  if (body.apiVersion !== undefined && body.apiVersion !== expected) {
    throw badRequest(`the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${expected})`);
  }
  const metadata = objectAt(body, 'metadata');
  const within = textAt(metadata, 'namespace');
  if (namespace !== '' && within && within !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const own = textAt(metadata, 'name') ?? '';
  if (name !== '' && own !== name && own !== '')
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  return { ...body, metadata: { ...metadata } };
}

/** Throws 404 when there is no such namespace and 403 when it is about to go. */
function refuseEndingNamespace(objects: ObjectStore, { resource, namespace }: Target, name: string): void {
  if (!resourceType(resource).isNamespaced) return;
  const found = objects.get({ resource: 'namespaces', namespace: '', name: namespace });
  if (!found) throw notFound('namespaces', namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' };
  const message = `${resource} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  const { group, plural } = resourceType(resource);
  throw new ApiFailure(403, 'Forbidden', message, { name, ...(group !== '' && { group }), kind: plural, causes: [cause] });
}

/** Replaces the object, or its status, by the body. */
export function updateObject(objects: ObjectStore, call: Call, target: Target): Answer {
  const body = newObjectOf(objectIn(call), target);
  const known = objects.get(target);
  if (!known) {
    if (target.resource === 'leases.coordination.k8s.io' && target.subresource === '') return createObject(objects, call, target);
    throw notFound(target.resource, target.name);
  }
  const { uid, resourceVersion } = body.metadata;
  if (uid && uid !== known.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${known.metadata.uid}`;
    throw conflict(target.resource, target.name, why);
  }
  if (!resourceVersion && alwaysPinned.has(target.resource)) validatePinned(target);
  return put(objects, call, { target, known, next: body });
}

function validatePinned({ resource, name }: Target): void {
  const { group, kind } = resourceType(resource);
  const cause = {
    reason: 'FieldValueInvalid',
    message: 'Invalid value: 0: must be specified for an update',
    field: 'metadata.resourceVersion',
  };
  const message = `${kind}.${group} "${name}" is invalid: ${cause.field}: ${cause.message}`;
  throw new ApiFailure(422, 'Invalid', message, { name, group, kind, causes: [cause] });
}

/** Changes the object, or its status, by a patch. */
export function patchObject(objects: ObjectStore, call: Call, target: Target): Answer {
  const patch = patchOf(call);
  const known = objects.get(target);
  if (!known) throw notFound(target.resource, target.name);
  const next = patch(structuredClone(known));
  return put(objects, call, { target, known, next: { ...next, metadata: { ...objectAt(next, 'metadata') } } });
}

interface Replacement {
  readonly target: Target;
  readonly known: ApiObject;
  readonly next: NewObject;
}

function put(objects: ObjectStore, call: Call, { target, known, next }: Replacement): Answer {
  const version = next.metadata.resourceVersion;
  if (version && version !== known.metadata.resourceVersion) throw staleVersion(target.resource, target.name);
  const isStatus = target.subresource === 'status';
  const full = isStatus ? next : withUpdateDefaults(target.resource, next);
  if (!isStatus) validateUpdate(target.resource, full, known);
  const subresource = isStatus ? ('status' as const) : ('' as const);
  const options = { subresource, fieldManager: managerOf(call), isDryRun: isDryRun(call) };
  return { status: 200, body: objects.change(target, (draft) => replaceContent(draft, full), options) };
}

/** Makes the draft say what the other object says; the store keeps what nobody may change. */
export function replaceContent(draft: ApiObject, next: NewObject): void {
  for (const field of Object.keys(draft)) if (field !== 'metadata') Reflect.deleteProperty(draft, field);
  for (const [field, value] of Object.entries(next)) if (field !== 'metadata') draft[field] = value;
  const { uid, resourceVersion, name } = draft.metadata;
  draft.metadata = { ...next.metadata, uid, resourceVersion, name, creationTimestamp: draft.metadata.creationTimestamp };
}

/** Resources whose deletion answers with the object itself. */
const answersObject = new Set<ResourceName>([
  'pods',
  'services',
  'persistentvolumeclaims',
  'persistentvolumes',
  'serviceaccounts',
  'resourcequotas',
]);

/** Deletes the object. */
export function deleteObject(objects: ObjectStore, call: Call, target: Target): Answer {
  const options = call.body.trim() === '' ? {} : objectIn(call);
  const known = objects.get(target);
  if (!known) throw notFound(target.resource, target.name);
  checkPreconditions(known, target, objectAt(options, 'preconditions'));
  const removed = objects.remove(target, {
    ...removalOf(call, options),
    isDryRun: isDryRun(call) || listAt(options, 'dryRun').includes('All'),
  });
  if (removed.metadata.deletionTimestamp !== undefined || answersObject.has(target.resource)) return { status: 200, body: removed };
  const { group, plural } = resourceType(target.resource);
  const details = { name: target.name, ...(group !== '' && { group }), kind: plural, uid: removed.metadata.uid };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

/** Deletes all of a collection that the selector means. */
export function deleteCollection(
  objects: ObjectStore,
  call: Call,
  chosen: { readonly target: Target; readonly items: readonly ApiObject[] },
): Answer {
  const options = call.body.trim() === '' ? {} : objectIn(call);
  const { resource, namespace } = chosen.target;
  const removal = { ...removalOf(call, options), isDryRun: isDryRun(call) };
  const items = chosen.items.map(({ metadata }) => objects.remove({ resource, namespace, name: metadata.name }, removal));
  const { group, version, kind } = resourceType(resource);
  const metadata = { resourceVersion: String(objects.resourceVersion()) };
  return { status: 200, body: { kind: `${kind}List`, apiVersion: group === '' ? version : `${group}/${version}`, metadata, items } };
}

function removalOf(call: Call, options: JsonObject): Removal {
  const seconds =
    numberAt(options, 'gracePeriodSeconds') ??
    (call.query.has('gracePeriodSeconds') ? Number(call.query.get('gracePeriodSeconds')) : undefined);
  const wanted = textAt(options, 'propagationPolicy') ?? call.query.get('propagationPolicy');
  const propagation = wanted === 'Foreground' || wanted === 'Orphan' ? wanted : 'Background';
  return { propagation, ...(seconds !== undefined && { graceSeconds: seconds }) };
}

/** Throws 409 when the object is not the one that the client means. */
export function checkPreconditions(known: ApiObject, { resource, name }: Target, wanted: JsonObject): void {
  const { uid, resourceVersion } = known.metadata;
  if (typeof wanted.uid === 'string' && wanted.uid !== uid) {
    const why = `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict(resource, name, why);
  }
  if (typeof wanted.resourceVersion === 'string' && wanted.resourceVersion !== resourceVersion) {
    const why = `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict(resource, name, why);
  }
}
