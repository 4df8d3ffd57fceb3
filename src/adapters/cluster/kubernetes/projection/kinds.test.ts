import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../core/model/objects.ts';
import { matches } from '../../../../core/model/selector.ts';
import { kindSourceOf, projectionOf } from '../kind-source.ts';
import { groupOf } from './metadata.ts';

const folder = join(import.meta.dirname, '../../../../../test/bed/fixtures/kube');
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

function project(raw: unknown): KubeObject {
  const { kind, apiVersion } = raw as { kind: string; apiVersion: string };
  const source = kindSourceOf({ kind, apiGroup: groupOf(apiVersion) });
  if (!source) throw new Error(`no source for ${kind}`);
  return projectionOf(source, 'test')(raw);
}

describe('the projection of', () => {
  test('a stuck rollout says so, with its deadline, images and revision', () => {
    const deployment = project(read('deployment-stuck.json'));
    expect(deployment).toMatchObject({
      kind: 'Deployment',
      isPaused: false,
      strategy: 'RollingUpdate',
      progressDeadlineMs: expect.any(Number),
    });
    if (deployment.kind !== 'Deployment') return;
    expect(deployment.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }),
    );
    expect(Object.keys(deployment.images)).toHaveLength(1);
    expect(deployment.meta.annotations).not.toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration']);
    const sets = (read('replicasets-stuck.json') as { items: unknown[] }).items.map(project);
    expect(sets.map((set) => set.kind === 'ReplicaSet' && set.revision).toSorted()).toEqual([1, 2]);
    expect(sets.every((set) => set.kind === 'ReplicaSet' && set.meta.owners[0]?.uid === deployment.meta.ref.uid)).toBe(true);
  });

  test('a node has its conditions and what it can give', () => {
    expect(project(read('node.json'))).toMatchObject({
      kind: 'Node',
      isUnschedulable: false,
      isControlPlane: false,
      taints: [],
      allocatable: { cpuCores: 2, memoryBytes: 24_479_284 * 1024 },
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
    });
  });

  test('pods, services and nodes keep their IP addresses, and a pod not those of its node', () => {
    const metadata = { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
    const addresses = (kind: string, spec: object, status: object) => {
      const object = project({ kind, apiVersion: 'v1', metadata, spec, status });
      return 'addresses' in object ? object.addresses : undefined;
    };
    const podIPs = [{ ip: '10.1.0.7' }, { ip: 'fd00::7' }];
    const ingress = [{ ip: '203.0.113.1' }, { hostname: 'lb.example' }];
    expect(addresses('Pod', { containers: [] }, { podIP: '10.1.0.7', podIPs })).toEqual(['10.1.0.7', 'fd00::7']);
    expect(addresses('Pod', { containers: [], hostNetwork: true }, { podIPs })).toBeUndefined();
    expect(addresses('Pod', { containers: [] }, {})).toBeUndefined();
    expect(addresses('Service', { clusterIPs: ['10.2.0.1'] }, { loadBalancer: { ingress } })).toEqual(['10.2.0.1', '203.0.113.1']);
    expect(addresses('Service', { clusterIPs: ['None'] }, {})).toBeUndefined();
    const named = [
      { type: 'InternalIP', address: '192.168.0.1' },
      { type: 'Hostname', address: '192.168.0.9' },
    ];
    expect(addresses('Node', {}, { addresses: named })).toEqual(['192.168.0.1']);
  });

  test('a budget counts, and obeys the default for unhealthy pods', () => {
    const budget = project(read('poddisruptionbudget.json'));
    expect(budget).toMatchObject({
      kind: 'PodDisruptionBudget',
      disruptionsAllowed: 0,
      desiredHealthy: 2,
      currentHealthy: 2,
      unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    });
  });

  test('a budget without a selector selects nothing', () => {
    const metadata = { name: 'b', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
    const bare = project({ kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', metadata, spec: {} });
    const all = project({ kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', metadata, spec: { selector: {} } });
    expect([bare, all].map((budget) => budget.kind === 'PodDisruptionBudget' && matches(budget.selector, { app: 'cart' }))).toEqual([
      false,
      true,
    ]);
  });

  test('an annotation of more than 1 KiB and the applied configuration are left out', () => {
    const annotations = { long: 'x'.repeat(1025), short: 'x'.repeat(1024), 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const metadata = { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', annotations };
    expect(Object.keys(project({ kind: 'Namespace', apiVersion: 'v1', metadata }).meta.annotations)).toEqual(['short']);
  });

  test.each(['name', 'uid', 'resourceVersion', 'creationTimestamp'])('an object without metadata.%s is an error that says so', (field) => {
    const metadata = { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', [field]: undefined };
    expect(() => project({ kind: 'Namespace', apiVersion: 'v1', metadata })).toThrow(`metadata.${field} is missing`);
  });

  test('an autoscaler names what it scales, its bounds and its metrics', () => {
    const metadata = { name: 'h', namespace: 's', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
    const metrics = [
      { type: 'Resource', resource: { name: 'cpu' } },
      { type: 'ContainerResource', containerResource: { name: 'memory', container: 'app' } },
      { type: 'Pods', pods: { metric: { name: 'requests' } } },
      { type: 'External', external: { metric: { name: 'queue' } } },
    ];
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' };
    const raw = {
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v2',
      metadata,
      spec: { scaleTargetRef, maxReplicas: 5, metrics },
    };
    expect(project(raw)).toMatchObject({
      scales: { apiGroup: 'apps', kind: 'Deployment', name: 'cart' },
      minReplicas: 1,
      maxReplicas: 5,
      metrics: ['cpu', 'memory', 'requests', 'queue'],
    });
  });
});
