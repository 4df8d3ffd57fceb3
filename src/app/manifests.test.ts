import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { actions as shipped } from '../actions/index.ts';
import { kinds } from '../core/model/objects.ts';
import { loadConfig } from './config.ts';
import { rightsOf } from './installation.ts';
import type { KubeManifest } from './kube-manifest.ts';
import { manifestsFor, manifestsYaml } from './manifests.ts';

const rollback = {
  name: 'rollback-rollout',
  rbac: ['deployments', 'statefulsets', 'daemonsets'].map((resource) => ({ apiGroup: 'apps', resource, verbs: ['patch'] })),
};
const evict = { name: 'evict-pod', rbac: [{ apiGroup: '', resource: 'pods/eviction', verbs: ['create'] }] };
const actions = [rollback, evict];

const Rules = z.array(
  z.strictObject({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    resourceNames: z.array(z.string()).optional(),
    verbs: z.array(z.string()),
  }),
);
type Rule = z.infer<typeof Rules>[number];

function rulesOf(manifests: readonly KubeManifest[], kind: string, name: string): Rule[] {
  return Rules.parse(manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name)?.rules);
}

function allRules(manifests: readonly KubeManifest[]): Rule[] {
  return manifests.flatMap((manifest) => (/^(Cluster)?Role$/.test(manifest.kind) ? Rules.parse(manifest.rules) : []));
}

/** What no account of kubemend's may hold; the token of the actor is the one exception, by name. */
function dangersIn(rules: readonly Rule[]): string[] {
  const words = rules.flatMap((rule) => [
    ...rule.verbs,
    ...rule.apiGroups,
    ...rule.resources.filter((resource) => resource !== 'serviceaccounts/token' || rule.resourceNames?.join() !== 'actor'),
  ]);
  const never =
    /^(secrets.*|serviceaccounts.*|pods\/(exec|attach|portforward|proxy)|nodes\/proxy|.*\*.*|escalate|bind|impersonate|deletecollection|delete)$/;
  return words.filter((word) => never.test(word));
}

describe('the generated manifests', () => {
  test('are what deploy/kubemend.yaml holds (after a change: vitest run src/app/manifests.test.ts -u)', async () => {
    await expect(manifestsYaml({ actions: shipped })).toMatchFileSnapshot('../../deploy/kubemend.yaml');
  });

  test('read back from YAML as they were written', () => {
    const documents = parseAllDocuments(manifestsYaml({ actions })).map((document) => document.toJS());
    expect(documents).toEqual(JSON.parse(JSON.stringify(manifestsFor({ actions }))));
  });

  test('put the wall up before the actor is given any power', () => {
    const order = manifestsFor({ actions }).map((manifest) => `${manifest.kind} ${manifest.metadata.name}`);
    const wall = order.indexOf('ValidatingAdmissionPolicyBinding kubemend-actor');
    expect(wall).toBeGreaterThan(0);
    expect(wall).toBeLessThan(order.indexOf('ClusterRoleBinding kubemend-actor'));
  });

  test('of two installations share no name and no account', () => {
    const identities = (namespace: string) =>
      manifestsFor({ namespace, actions, identity: true }).map(
        ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      );
    expect(identities('one').filter((identity) => identities('two').includes(identity))).toEqual([]);
    expect(JSON.stringify(manifestsFor({ namespace: 'one', actions }))).not.toContain('serviceaccount:kubemend');
  });
});

describe('the roles', () => {
  test('hold no secrets, no exec, no proxy, no wildcard, no way to more power', () => {
    expect(dangersIn(allRules(manifestsFor({ actions, identity: true })))).toEqual([]);
  });

  test.each(['secrets', 'pods/exec', 'nodes/proxy', '*', 'serviceaccounts/token'])('the check above would see %s', (resource) => {
    expect(dangersIn([{ apiGroups: [''], resources: [resource], verbs: ['get'] }])).toEqual([resource]);
  });

  test('let the observer read exactly the kinds of the model, and read and write events, in the whole cluster', () => {
    const rules = rulesOf(manifestsFor({ actions }), 'ClusterRole', 'kubemend-observer');
    const resources = rules.flatMap((rule) => rule.resources);
    const expected = kinds.filter((kind) => kind !== 'ConfigMap').map((kind) => `${kind.toLowerCase()}s`.replace(/sss$/, 'sses'));
    expect(resources.toSorted()).toEqual([...expected, 'events'].toSorted());
    const reads = new Set(rules.filter((rule) => !rule.resources.includes('events')).flatMap((rule) => rule.verbs));
    expect(reads).toEqual(new Set(['get', 'list', 'watch']));
    expect(rules.at(-1)).toEqual({ apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'list', 'watch'] });
    const singly = rules.flatMap((rule) => (rule.verbs.includes('get') ? rule.resources : []));
    expect(singly.toSorted()).toEqual(['daemonsets', 'deployments', 'nodes', 'pods', 'statefulsets']);
  });

  test('let the observer write nothing in the cluster when it shall write no events', () => {
    const rules = rulesOf(manifestsFor({ actions, events: false }), 'ClusterRole', 'kubemend-observer');
    expect(new Set(rules.flatMap((rule) => rule.verbs))).toEqual(new Set(['get', 'list', 'watch']));
  });

  test('let the observer ask who somebody is and may do, only when identities are asked of the cluster', () => {
    const asks = (identity: boolean) =>
      rulesOf(manifestsFor({ actions, identity }), 'ClusterRole', 'kubemend-observer').filter(({ resources }) =>
        /reviews$/.test(resources.join()),
      );
    expect(asks(false)).toEqual([]);
    expect(asks(true)).toEqual([
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    ]);
  });

  test('let the observer read logs only when somebody is opted in', () => {
    const resources = (logs: boolean) => manifestsFor({ actions, logs }).flatMap(({ rules }) => JSON.stringify(rules ?? []));
    expect(resources(false).join()).not.toContain('pods/log');
    expect(resources(true).join()).toContain('{"apiGroups":[""],"resources":["pods/log"],"verbs":["get"]}');
  });

  test('let the observer read the metrics API only when it is a source', () => {
    const reads = (config: Parameters<typeof loadConfig>[0]) =>
      rulesOf(manifestsFor({ actions, ...rightsOf(loadConfig(config, {})) }), 'ClusterRole', 'kubemend-observer').filter(({ apiGroups }) =>
        apiGroups.includes('metrics.k8s.io'),
      );
    expect(reads({})).toEqual([]);
    expect(reads({ metrics: {} })).toEqual([{ apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['list'] }]);
  });

  test('for people include one another, grant nothing but what kubemend asks about, and are bound to nobody', () => {
    const manifests = manifestsFor({ namespace: 'km', actions, identity: true });
    const wordsOf = (role: string) =>
      rulesOf(manifests, 'ClusterRole', `km-${role}`).map(({ apiGroups, resources, verbs }) => `${verbs} ${resources}.${apiGroups}`);
    const [view, approve, administer] = [
      'get incidents.kubemend.dev',
      'update incidents/approval.kubemend.dev',
      'update pauses.kubemend.dev',
    ];
    expect([wordsOf('viewer'), wordsOf('approver'), wordsOf('admin')]).toEqual([[view], [view, approve], [view, approve, administer]]);
    const bindings = manifests.filter(({ kind }) => kind.endsWith('Binding')).map(({ metadata }) => metadata.name);
    expect(bindings.filter((name) => /viewer|approver|admin/.test(name))).toEqual([]);
    expect(manifestsFor({ actions }).some(({ metadata }) => /viewer|approver|admin/.test(metadata.name))).toBe(false);
  });

  test('let the observer, in its own namespace, read ConfigMaps, hold one Lease and ask for the token of the actor alone', () => {
    expect(rulesOf(manifestsFor({ namespace: 'km', actions }), 'Role', 'kubemend-observer')).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: ['kubemend'], verbs: ['get', 'update'] },
      { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['actor'], verbs: ['create'] },
    ]);
  });

  test('give the actor the union of what the actions ask for, each resource once', () => {
    const restart = { name: 'restart-rollout', rbac: [{ apiGroup: 'apps', resource: 'deployments', verbs: ['patch', 'get'] }] };
    expect(rulesOf(manifestsFor({ actions: [rollback, evict, restart] }), 'ClusterRole', 'kubemend-actor')).toEqual([
      { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
      { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['patch'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] },
      { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['patch'] },
    ]);
  });

  test('lose the verbs of an action that is switched off', () => {
    expect(rulesOf(manifestsFor({ actions: [rollback] }), 'ClusterRole', 'kubemend-actor').flatMap((rule) => rule.resources)).toEqual([
      'daemonsets',
      'deployments',
      'statefulsets',
    ]);
    expect(rulesOf(manifestsFor({ actions: [] }), 'ClusterRole', 'kubemend-actor')).toEqual([]);
  });

  test.each([
    ['', 'secrets', 'get'],
    ['', 'pods/exec', 'create'],
    ['', 'pods/ephemeralcontainers', 'patch'],
    ['', 'nodes/proxy', 'get'],
    ['', 'services/proxy', 'create'],
    ['', 'serviceaccounts/token', 'create'],
    ['', '*', 'get'],
    ['apps', '*/scale', 'patch'],
    ['*', 'deployments', 'patch'],
    ['apps', 'deployments', '*'],
    ['apps', 'deployments', 'deletecollection'],
    ['rbac.authorization.k8s.io', 'roles', 'patch'],
    ['admissionregistration.k8s.io', 'validatingadmissionpolicies', 'patch'],
    ['', 'users', 'impersonate'],
  ])('are not made when an action asks for %s/%s %s', (apiGroup, resource, verb) => {
    const greedy = { name: 'greedy', rbac: [{ apiGroup, resource, verbs: [verb] }] };
    expect(() => manifestsFor({ actions: [rollback, greedy] })).toThrow(/action greedy asks for .* which no action may have/);
  });
});
