import { ApiFailure } from '../api-failure.ts';
import { type JsonObject, listAt, objectsAt, textAt } from '../json.ts';
import type { ObjectStore } from '../world.ts';
import type { User } from './call.ts';

/** What somebody wants to do, in RBAC's words. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  /** The plural; '' when a path is asked for. */
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** Whether the roles that are bound in the world allow it; members of system:masters may do everything. */
export function isAllowed(objects: ObjectStore, user: User, wanted: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true;
  return rulesFor(objects, user, wanted.namespace).some((rule) => allows(rule, wanted));
}

function rulesFor(objects: ObjectStore, user: User, namespace: string): readonly JsonObject[] {
  const clusterWide = objects.list('clusterrolebindings.rbac.authorization.k8s.io');
  const local = namespace === '' ? [] : objects.list('rolebindings.rbac.authorization.k8s.io', namespace);
  return [...clusterWide, ...local]
    .filter((binding) => objectsAt(binding, 'subjects').some((subject) => isMeant(subject, user)))
    .flatMap((binding) => {
      const name = textAt(binding, 'roleRef', 'name') ?? '';
      const isCluster = textAt(binding, 'roleRef', 'kind') === 'ClusterRole';
      const role = isCluster
        ? objects.get({ resource: 'clusterroles.rbac.authorization.k8s.io', namespace: '', name })
        : objects.get({ resource: 'roles.rbac.authorization.k8s.io', namespace, name });
      return objectsAt(role, 'rules');
    });
}

function isMeant(subject: JsonObject, user: User): boolean {
  if (subject.kind === 'User') return subject.name === user.username;
  if (subject.kind === 'Group') return typeof subject.name === 'string' && user.groups.includes(subject.name);
  return user.username === `system:serviceaccount:${subject.namespace}:${subject.name}`;
}

function allows(rule: JsonObject, wanted: Attributes): boolean {
  const has = (field: string, value: string) => listAt(rule, field).some((one) => one === '*' || one === value);
  if (!has('verbs', wanted.verb)) return false;
  if (wanted.resource === '') return listAt(rule, 'nonResourceURLs').some((url) => typeof url === 'string' && covers(url, wanted.path));
  const names = listAt(rule, 'resourceNames');
  const isNamed = names.length === 0 || (wanted.name !== '' && names.includes(wanted.name));
  const full = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const isResource = has('resources', full) || (wanted.subresource !== '' && has('resources', `*/${wanted.subresource}`));
  return has('apiGroups', wanted.group) && isResource && isNamed;
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** 403, in Kubernetes' words. */
export function forbidden(user: User, wanted: Attributes): ApiFailure {
  const who = `User "${user.username}" cannot`;
  if (wanted.resource === '') {
    return new ApiFailure(403, 'Forbidden', `forbidden: ${who} ${wanted.verb} path "${wanted.path}"`, {});
  }
  const { group, resource, subresource, namespace, name } = wanted;
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const shown = group === '' ? resource : `${resource}.${group}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `${shown}${name === '' ? '' : ` "${name}"`}`;
  const message = `${what} is forbidden: ${who} ${wanted.verb} resource "${full}" in API group "${group}" ${where}`;
  const details = { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: resource };
  return new ApiFailure(403, 'Forbidden', message, details);
}
