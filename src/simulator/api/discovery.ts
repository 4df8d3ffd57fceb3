import type { JsonObject } from '../json.ts';
import { resourceType } from '../resources.ts';
import { groupVersions, resourcesOf } from './target.ts';

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
/** What subresources answer to, and as what. */
const subresources: Readonly<
  Record<string, { readonly verbs: string[]; readonly kind?: string; readonly group?: string; readonly version?: string }>
> = {
  status: { verbs: ['get', 'patch', 'update'] },
  scale: { verbs: ['get', 'patch', 'update'], kind: 'Scale', group: 'autoscaling', version: 'v1' },
  eviction: { verbs: ['create'], kind: 'Eviction', group: 'policy', version: 'v1' },
  token: { verbs: ['create'], kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1' },
  log: { verbs: ['get'] },
  resize: { verbs: ['get', 'patch', 'update'] },
};

/** Resources that are answered and not stored, by group and version. */
const virtual: Readonly<Record<string, readonly JsonObject[]>> = {
  'authentication.k8s.io/v1': [
    { name: 'selfsubjectreviews', singularName: 'selfsubjectreview', namespaced: false, kind: 'SelfSubjectReview', verbs: ['create'] },
    { name: 'tokenreviews', singularName: 'tokenreview', namespaced: false, kind: 'TokenReview', verbs: ['create'] },
  ],
  'authorization.k8s.io/v1': [
    {
      name: 'selfsubjectaccessreviews',
      singularName: 'selfsubjectaccessreview',
      namespaced: false,
      kind: 'SelfSubjectAccessReview',
      verbs: ['create'],
    },
    {
      name: 'subjectaccessreviews',
      singularName: 'subjectaccessreview',
      namespaced: false,
      kind: 'SubjectAccessReview',
      verbs: ['create'],
    },
  ],
  'metrics.k8s.io/v1beta1': [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
};

/** What a discovery path answers; undefined for every other path. */
export function discover(path: string): JsonObject | undefined {
  const parts = path.split('/').filter(Boolean);
  if (path === '/version') return version();
  if (parts[0] === 'api' && parts.length === 1) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (parts[0] === 'api' && parts.length === 2 && parts[1] === 'v1') return resourceList('', 'v1');
  if (parts[0] !== 'apis' || parts.length > 3) return undefined;
  const groups = groupVersions();
  if (parts.length === 1) return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(([group, known]) => groupOf(group, known)) };
  const found = groups.find(([group]) => group === parts[1]);
  if (!found) return undefined;
  if (parts.length === 2) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(...found) };
  return parts[2] === found[1] ? resourceList(...found) : undefined;
}

function version(): JsonObject {
  return {
    ...{ major: '1', minor: '36', gitVersion: 'v1.36.0+kubemend-simulator', gitCommit: '', gitTreeState: 'clean' },
    ...{ buildDate: '1970-01-01T00:00:00Z', goVersion: '', compiler: '', platform: 'simulator' },
  };
}

function groupOf(name: string, known: string): JsonObject {
  const preferred = { groupVersion: `${name}/${known}`, version: known };
  return { name, versions: [preferred], preferredVersion: preferred };
}

function resourceList(group: string, known: string): JsonObject {
  const groupVersion = group === '' ? known : `${group}/${known}`;
  const stored = resourcesOf(group, known).flatMap((name) => {
    const { plural, singular, kind, isNamespaced, shortNames, subresources: parts } = resourceType(name);
    const own: JsonObject = { name: plural, singularName: singular, namespaced: isNamespaced, kind, verbs, shortNames: [...shortNames] };
    const under = parts.map((part) => ({
      name: `${plural}/${part}`,
      singularName: '',
      namespaced: isNamespaced,
      kind,
      ...subresources[part],
    }));
    return [own, ...under];
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...stored, ...(virtual[groupVersion] ?? [])] };
}
