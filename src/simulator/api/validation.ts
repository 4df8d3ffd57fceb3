import type { FailureCause } from '../api-failure.ts';
import { at, isObject, isSame, type JsonObject, type JsonValue, numberAt, objectAt, objectsAt, textAt, textsAt } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { ApiObject, NewObject } from '../world.ts';
import { invalid } from './failures.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const workloads = new Set<ResourceName>(['deployments.apps', 'statefulsets.apps', 'daemonsets.apps', 'replicasets.apps']);

const required = (field: string, message = 'Required value'): FailureCause => ({ reason: 'FieldValueRequired', message, field });
const wrong = (field: string, value: JsonValue | undefined, why: string): FailureCause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});

/** Throws 422 when Kubernetes would not let this object be created. */
export function validateNew(resource: ResourceName, object: NewObject): void {
  const name = object.metadata.name ?? '';
  const causes = [...nameCauses(object), ...contentCauses(resource, object)];
  if (causes.length > 0) throw invalid(resource, name, causes);
}

/** Throws 422 when Kubernetes would not let the object become this one. */
export function validateUpdate(resource: ResourceName, after: NewObject, before: ApiObject): void {
  const causes = [...metadataCauses(after, before), ...fixedCauses(resource, after, before), ...contentCauses(resource, after)];
  if (causes.length > 0) throw invalid(resource, before.metadata.name, causes);
}

function nameCauses({ metadata }: NewObject): FailureCause[] {
  const name = metadata.name ?? '';
  if (name === '') return metadata.generateName ? [] : [required('metadata.name', 'Required value: name or generateName is required')];
  if (subdomain.test(name) || name.includes(':')) return [];
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  const example = "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  return [wrong('metadata.name', name, `${rule} ${example}`)];
}

function contentCauses(resource: ResourceName, object: NewObject): FailureCause[] {
  if (resource === 'pods') return containerCauses(objectAt(object, 'spec'), 'spec');
  if (!workloads.has(resource)) return [];
  const replicas = numberAt(object, 'spec', 'replicas') ?? 0;
  const count = replicas < 0 ? [wrong('spec.replicas', replicas, 'must be greater than or equal to 0')] : [];
  return [...selectorCauses(object), ...count, ...containerCauses(objectAt(object, 'spec', 'template', 'spec'), 'spec.template.spec')];
}

function selectorCauses(object: NewObject): FailureCause[] {
  const selector = at(object.spec, 'selector');
  const labels = textsAt(object.spec, 'template', 'metadata', 'labels');
  const wanted = textsAt(selector, 'matchLabels');
  const misfit = wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
  if (!isObject(selector)) return [required('spec.selector'), misfit];
  return Object.entries(wanted).every(([name, value]) => labels[name] === value) ? [] : [misfit];
}

function containerCauses(spec: JsonObject, path: string): FailureCause[] {
  const containers = objectsAt(spec, 'containers');
  if (containers.length === 0) return [required(`${path}.containers`)];
  return containers.flatMap((container, place) => [
    ...(textAt(container, 'name') ? [] : [required(`${path}.containers[${place}].name`)]),
    ...(textAt(container, 'image') || path === 'spec' ? [] : [required(`${path}.containers[${place}].image`)]),
  ]);
}

function metadataCauses(after: NewObject, before: ApiObject): FailureCause[] {
  const immutable = 'field is immutable';
  const { uid, name } = after.metadata;
  return [
    ...(name !== undefined && name !== before.metadata.name ? [wrong('metadata.name', name, immutable)] : []),
    ...(uid !== undefined && uid !== before.metadata.uid ? [wrong('metadata.uid', uid, immutable)] : []),
  ];
}

function fixedCauses(resource: ResourceName, after: NewObject, before: ApiObject): FailureCause[] {
  if (workloads.has(resource) && !isSame(at(after.spec, 'selector'), at(before.spec, 'selector'))) {
    return [wrong('spec.selector', at(after.spec, 'selector'), 'field is immutable')];
  }
  return resource === 'pods' ? podCauses(after, before) : [];
}

/** Of a pod's spec only images, the deadline, and additions to tolerations may change. */
function podCauses(after: NewObject, before: ApiObject): FailureCause[] {
  if (isSame(fixedOf(objectAt(after, 'spec')), fixedOf(objectAt(before, 'spec')))) return [];
  const fields =
    '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [{ reason: 'FieldValueForbidden', message: `Forbidden: pod updates may not change fields other than ${fields}`, field: 'spec' }];
}

function fixedOf({ activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec }: JsonObject): JsonObject {
  const bare = (field: string) => objectsAt(spec, field).map(({ image: _image, ...rest }) => rest);
  return { ...spec, containers: bare('containers'), initContainers: bare('initContainers') };
}
