import { ApiFailure } from '../api-failure.ts';
import { at } from '../json.ts';
import type { ResourceName } from '../resources.ts';
import type { ApiObject } from '../world.ts';
import { badRequest } from './failures.ts';

/** Whether an object is meant. */
export type Selector = (object: ApiObject) => boolean;

const word = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const setBased = new RegExp(`^(${word})\\s+(in|notin)\\s*\\(([^)]*)\\)$`);
const equality = new RegExp(`^(${word})\\s*(==|=|!=)\\s*(${word}|)$`);
const presence = new RegExp(`^(!?)\\s*(${word})$`);

/** Reads a label selector. Throws 400 when it cannot be read. */
export function labelSelector(text: string): Selector {
  const parts = split(text).map((part) => {
    const one = requirement(part);
    if (!one)
      throw badRequest(`unable to parse requirement: found '${part}', expected: an identifier with =, ==, !=, in, notin or nothing`);
    return one;
  });
  return (object) => parts.every((matches) => matches(object.metadata.labels ?? {}));
}

/** Cuts at the commas outside parentheses. */
function split(text: string): string[] {
  return text.trim() === '' ? [] : text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function requirement(part: string): ((labels: Readonly<Record<string, string>>) => boolean) | undefined {
  const inSet = setBased.exec(part);
  if (inSet) {
    const [, key = '', , operator, list = ''] = inSet;
    const values = list.split(',').map((value) => value.trim());
    const isIn = (labels: Readonly<Record<string, string>>) => key in labels && values.includes(labels[key] ?? '');
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equal = equality.exec(part);
  if (equal) {
    const [, key = '', , operator, value = ''] = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const there = presence.exec(part);
  if (!there) return undefined;
  const [, not, key = ''] = there;
  return (labels) => key in labels === (not === '');
}

/** The fields by which each resource can be selected, beside name and namespace (Kubernetes' field label conversions). */
const selectable: Partial<Record<ResourceName, readonly string[]>> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  events: [
    ...['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion'],
    ...['involvedObject.resourceVersion', 'involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type'],
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  'jobs.batch': ['status.successful'],
};

/** Reads a field selector. Throws 400 for a field that Kubernetes does not select this resource by. */
export function fieldSelector(resource: ResourceName, text: string): Selector {
  const parts = split(text).map((part) => {
    const [, field = '', operator, value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
    if (operator === undefined) {
      throw new ApiFailure(400, 'BadRequest', `invalid selector: '${text}'; can't understand '${part}'`);
    }
    if (!['metadata.name', 'metadata.namespace', ...(selectable[resource] ?? [])].includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    const path = field.split('.');
    const isEqual = (object: ApiObject) => String(at(object, ...path) ?? '') === value;
    return operator === '!=' ? (object: ApiObject) => !isEqual(object) : isEqual;
  });
  return (object) => parts.every((matches) => matches(object));
}

/** The selector of a list's or watch's query. */
export function selectorOf(resource: ResourceName, query: URLSearchParams): Selector {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(resource, query.get('fieldSelector') ?? '');
  return (object) => labels(object) && fields(object);
}
