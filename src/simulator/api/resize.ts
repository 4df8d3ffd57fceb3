import { type JsonObject, objectAt, objectsAt } from '../json.ts';
import type { ApiObject, NewObject, ObjectStore } from '../world.ts';
import type { Answer, Call, Target } from './call.ts';
import { badRequest, invalid, notFound, staleVersion } from './failures.ts';
import { patchOf } from './patching.ts';
import { isDryRun, managerOf, objectIn } from './writing.ts';

/** Changes a pod's requests and limits in place; the kubelet then makes it so. Nothing else of the pod changes here. */
export function resizePod(objects: ObjectStore, call: Call, target: Target): Answer {
  const pod = objects.get(target);
  if (!pod) throw notFound('pods', target.name);
  if (call.method === 'GET') return { status: 200, body: pod };
  const next = call.method === 'PUT' ? objectIn(call) : patchOf(call)(structuredClone(pod));
  check(pod, { ...next, metadata: { ...objectAt(next, 'metadata') } });
  const options = { subresource: 'resize' as const, fieldManager: managerOf(call), isDryRun: isDryRun(call) };
  const after = objects.change(target, (draft) => setResources(draft, next), options);
  return { status: 200, body: after };
}

function setResources(draft: ApiObject, next: JsonObject): void {
  for (const container of objectsAt(draft.spec, 'containers')) {
    const wanted = objectsAt(objectAt(next, 'spec'), 'containers').find(({ name }) => name === container.name);
    if (wanted?.resources !== undefined) container.resources = structuredClone(wanted.resources);
  }
}

function check(pod: ApiObject, next: NewObject): void {
  const { uid, resourceVersion, name } = pod.metadata;
  if (next.metadata.uid && next.metadata.uid !== uid) {
    const message = `Invalid value: ${JSON.stringify(next.metadata.uid)}: field is immutable`;
    throw invalid('pods', name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }]);
  }
  if (next.metadata.resourceVersion && next.metadata.resourceVersion !== resourceVersion) throw staleVersion('pods', name);
  const containers = objectsAt(next.spec, 'containers');
  if (containers.length !== objectsAt(pod.spec, 'containers').length) throw badRequest('resize cannot add or remove containers');
  for (const [place, container] of containers.entries()) checkContainer(name, place, container);
}

function checkContainer(pod: string, place: number, container: JsonObject): void {
  const [requests, limits] = [objectAt(container, 'resources', 'requests'), objectAt(container, 'resources', 'limits')];
  for (const [resource, request] of Object.entries(requests)) {
    const limit = limits[resource];
    if (typeof request !== 'string' || typeof limit !== 'string' || amountOf(request) <= amountOf(limit)) continue;
    const message = `Invalid value: ${JSON.stringify(request)}: must be less than or equal to ${resource} limit of ${limit}`;
    throw invalid('pods', pod, [{ reason: 'FieldValueInvalid', message, field: `spec.containers[${place}].resources.requests` }]);
  }
}

const factors: Readonly<Record<string, number>> = {
  ...{ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

function amountOf(quantity: string): number {
  const [, digits = '0', unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (factors[unit] ?? Number.NaN);
}
