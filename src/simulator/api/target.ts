import { isResourceName, type ResourceName, resourceNames, resourceType } from '../resources.ts';
import type { Target } from './call.ts';

/** A path under a group and version that the simulator serves, cut up; `resource` is undefined when it stores none of that name. */
export interface CutPath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Cuts a path of the resource API up; undefined for every other path. */
export function cutPath(path: string): CutPath | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const root = parts.shift();
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  const version = parts.shift();
  if (version === undefined || parts.length === 0) return undefined;
  const isInside = parts[0] === 'namespaces' && parts.length > 2 && !['status', 'finalize'].includes(parts[2] ?? '');
  const namespace = isInside ? (parts[1] ?? '') : '';
  const [plural = '', name = '', ...subresource] = isInside ? parts.slice(2) : parts;
  return { group, version, plural, namespace, name, subresource: subresource.join('/') };
}

/** The stored resource that a path names; undefined when the simulator has none. */
export function targetOf(cut: CutPath): Target | undefined {
  const name = cut.group === '' ? cut.plural : `${cut.plural}.${cut.group}`;
  if (!isResourceName(name)) return undefined;
  const type = resourceType(name);
  if (type.version !== cut.version) return undefined;
  if (cut.subresource !== '' && !type.subresources.includes(cut.subresource)) return undefined;
  if (type.isNamespaced && cut.namespace === '' && cut.name !== '') return undefined;
  return { resource: name, namespace: cut.namespace, name: cut.name, subresource: cut.subresource };
}

/** Groups and versions that are served beside the stored ones. */
const virtual: readonly (readonly [string, string])[] = [
  ['authentication.k8s.io', 'v1'],
  ['authorization.k8s.io', 'v1'],
  ['metrics.k8s.io', 'v1beta1'],
];

/** Every group with its version, the core group ('') left out. */
export function groupVersions(): readonly (readonly [group: string, version: string])[] {
  const seen = new Map<string, string>();
  for (const { group, version } of resourceNames.map(resourceType)) if (group !== '') seen.set(group, version);
  return [...seen, ...virtual];
}

/** The stored resources of one group and version. */
export function resourcesOf(group: string, version: string): readonly ResourceName[] {
  return resourceNames.filter((name) => resourceType(name).group === group && resourceType(name).version === version);
}
