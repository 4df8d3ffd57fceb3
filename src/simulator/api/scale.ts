import { at, type JsonObject, numberAt, objectAt, textAt, textsAt } from '../json.ts';
import type { ApiObject, ObjectStore } from '../world.ts';
import type { Answer, Call, Target } from './call.ts';
import { conflict, invalid, notFound, staleVersion } from './failures.ts';
import { patchOf } from './patching.ts';
import { isDryRun, managerOf, objectIn } from './writing.ts';

/** Reads and writes the replica count of a workload as a Scale. */
export function scaleWorkload(objects: ObjectStore, call: Call, target: Target): Answer {
  const workload = objects.get(target);
  if (!workload) throw notFound(target.resource, target.name);
  const scale = scaleOf(workload);
  if (call.method === 'GET') return { status: 200, body: scale };
  const wanted = call.method === 'PUT' ? objectIn(call) : patchOf(call)(structuredClone(scale));
  check(target, workload, wanted);
  const replicas = numberAt(wanted, 'spec', 'replicas') ?? 0;
  const options = { subresource: 'scale' as const, fieldManager: managerOf(call), isDryRun: isDryRun(call) };
  const after = objects.change(target, (draft) => Object.assign(objectAt(draft, 'spec'), { replicas }), options);
  return { status: 200, body: scaleOf(after) };
}

function check(target: Target, workload: ApiObject, wanted: JsonObject): void {
  const { uid, resourceVersion } = workload.metadata;
  const given = textAt(wanted, 'metadata', 'uid');
  if (given && given !== uid) {
    throw conflict(target.resource, target.name, `Precondition failed: UID in precondition: ${given}, UID in object meta: ${uid}`);
  }
  const version = textAt(wanted, 'metadata', 'resourceVersion');
  if (version && version !== resourceVersion) throw staleVersion(target.resource, target.name);
  const replicas = numberAt(wanted, 'spec', 'replicas') ?? 0;
  if (replicas >= 0) return;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid(target.resource, target.name, [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }]);
}

function scaleOf({ metadata, spec, status }: ApiObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const labels = Object.entries(textsAt(spec, 'selector', 'matchLabels')).map(([label, value]) => `${label}=${value}`);
  const replicas = numberAt(spec, 'replicas');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas === undefined || replicas === 0 ? {} : { replicas },
    status: {
      replicas: numberAt(status, 'replicas') ?? 0,
      ...(at(spec, 'selector') !== undefined && { selector: labels.sort().join(',') }),
    },
  };
}
