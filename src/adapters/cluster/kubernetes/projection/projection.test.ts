import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReady, KubeObject, type Pod } from '../../../../core/model/objects.ts';
import { kindSourceOf, kindSources, projectionOf } from '../kind-source.ts';
import { groupOf } from './metadata.ts';

const folder = join(import.meta.dirname, '../../../../../test/bed/fixtures/kube');
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));

function project(raw: unknown): KubeObject {
  const { kind, apiVersion } = raw as { kind: string; apiVersion: string };
  const source = kindSourceOf({ kind, apiGroup: groupOf(apiVersion) });
  if (!source) throw new Error(`no source for ${kind}`);
  return projectionOf(source, 'test')(raw);
}

function pod(file: string): Pod {
  const object = project(read(file));
  if (object.kind !== 'Pod') throw new Error(`${file} is no pod`);
  return object;
}

/** Every object in the recorded files, lists taken apart. */
function recorded(): { file: string; raw: unknown }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const raw = read(file) as { kind?: string; items?: { kind?: string }[] };
      return (raw.items ?? [raw]).map((one) => ({ file, raw: one }));
    })
    .filter(({ raw }) => kindSources.some(({ kind }) => kind === (raw as { kind?: string }).kind));
}

describe('the projection', () => {
  test('turns every recorded object into one of the small model', () => {
    const all = recorded();
    expect(all.length).toBeGreaterThan(15);
    for (const { file, raw } of all) expect(() => KubeObject.parse(project(raw)), file).not.toThrow();
  });

  test('never does worse than to throw an Error, whatever it is given', () => {
    const meta = fc.record({
      name: fc.string(),
      uid: fc.string(),
      resourceVersion: fc.string(),
      creationTimestamp: fc.constant('2026-01-01T00:00:00Z'),
    });
    const odd = fc.record({ metadata: fc.oneof(meta, fc.jsonValue()), spec: fc.jsonValue(), status: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.constantFrom(...kindSources), fc.oneof(odd, fc.jsonValue()), (source, raw) => {
        try {
          KubeObject.parse(projectionOf(source, 'test')(raw));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).name).toBe('Error');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a pod', () => {
  test('that serves is ready and says what it asks for', () => {
    const healthy = pod('pod-healthy.json');
    expect(isReady(healthy)).toBe(true);
    expect(healthy).toMatchObject({
      phase: 'Running',
      nodeName: 'node1',
      isStatic: false,
      hasLocalStorage: false,
      restartPolicy: 'Always',
    });
    expect(healthy.containers).toHaveLength(1);
    expect(healthy.containers[0]).toMatchObject({
      role: 'main',
      ready: true,
      started: true,
      restartCount: 0,
      state: { is: 'running' },
      probes: ['liveness', 'readiness'],
    });
    expect(healthy.meta.owners[0]).toMatchObject({ apiGroup: 'apps', kind: 'ReplicaSet', controller: true });
  });

  test('in a crash loop waits with that reason and remembers its last end', () => {
    const [container] = pod('pod-crashloopbackoff.json').containers;
    expect(container?.state).toMatchObject({ is: 'waiting', reason: 'CrashLoopBackOff' });
    expect(container?.lastState).toMatchObject({ is: 'terminated', exitCode: 1 });
    expect(container?.restartCount).toBeGreaterThan(0);
  });

  test('between two syncs of the kubelet is terminated without that reason', () => {
    const [container] = pod('pod-crashloop-terminated.json').containers;
    expect(container?.state).toMatchObject({ is: 'terminated', exitCode: 1 });
    expect(container?.restartCount).toBeGreaterThan(0);
  });

  test.each([
    ['pod-oomkilled.json', 'state'],
    ['pod-oomkilled-restarted.json', 'lastState'],
  ] as const)('killed for its memory says so (%s, in %s) and has its limit in bytes', (file, where) => {
    const [container] = pod(file).containers;
    expect(container?.[where]).toMatchObject({ is: 'terminated', reason: 'OOMKilled', exitCode: 137 });
    expect(container).toMatchObject({ limits: { memoryBytes: 48 * 2 ** 20 }, requests: { cpuCores: 0.01, memoryBytes: 16 * 2 ** 20 } });
  });

  test.each([
    ['pod-errimagepull.json', 'ErrImagePull'],
    ['pod-imagepullbackoff.json', 'ImagePullBackOff'],
  ])('without an image waits (%s: %s)', (file, reason) => {
    expect(pod(file).containers[0]?.state).toMatchObject({ is: 'waiting', reason });
  });

  test('that fails its readiness probe runs, is started and is not ready', () => {
    const unready = pod('pod-unready.json');
    expect(unready.containers[0]).toMatchObject({ ready: false, started: true, state: { is: 'running' }, probes: ['readiness'] });
    expect(isReady(unready)).toBe(false);
  });

  test('that fits nowhere has no node and a condition that says why', () => {
    const pending = pod('pod-unschedulable.json');
    expect(pending).toMatchObject({ phase: 'Pending', nodeName: undefined });
    expect(pending.containers[0]?.state).toEqual({ is: 'unknown' });
    expect(pending.conditions).toContainEqual(expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }));
  });

  test('that was evicted failed for that reason and had local storage', () => {
    expect(pod('pod-evicted.json')).toMatchObject({ phase: 'Failed', reason: 'Evicted', hasLocalStorage: true });
  });

  test('tells init containers from sidecars, and finds its claims and its static kind', () => {
    const raw = {
      metadata: {
        name: 'p',
        uid: 'u',
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        annotations: { 'kubernetes.io/config.mirror': 'x' },
      },
      spec: {
        initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
        containers: [{ name: 'app' }],
        volumes: [
          { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
          { name: 'b', ephemeral: {} },
          { name: 'c', hostPath: { path: '/' } },
        ],
      },
      status: { initContainerStatuses: [{ name: 'proxy', ready: true, restartCount: 3 }] },
    };
    const projected = projectionOf(kindSourceOf({ kind: 'Pod', apiGroup: '' }) ?? failing(), 'test')(raw);
    expect(projected).toMatchObject({ isStatic: true, hasLocalStorage: true, claims: ['data', 'p-b'], phase: 'Unknown' });
    const { containers } = projected as Pod;
    expect(containers.map(({ name, role, restartCount }) => [name, role, restartCount])).toEqual([
      ['setup', 'init', 0],
      ['proxy', 'sidecar', 3],
      ['app', 'main', 0],
    ]);
  });
});

function failing(): never {
  throw new Error('no source');
}
