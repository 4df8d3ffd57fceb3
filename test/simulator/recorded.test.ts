/** Holds what the modelled kubelet and controllers write against what real ones wrote: the same spec, the same status field by field. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Behaviour } from '../../src/simulator/cluster/kubelet/behaviour.ts';
import { isObject, type JsonObject, type JsonValue, objectsAt } from '../../src/simulator/json.ts';
import type { ResourceName } from '../../src/simulator/resources.ts';
import { aSimulatedCluster, type Simulated } from './simulated.ts';

const Recorded = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  spec: z.record(z.string(), z.json()),
  status: z.record(z.string(), z.json()),
});

function recorded(file: string): z.infer<typeof Recorded> {
  return Recorded.parse(JSON.parse(readFileSync(new URL(`../bed/fixtures/kube/${file}.json`, import.meta.url), 'utf8')));
}

/** What the simulator does not model, and says so here: mounts inside containers, and the pod-level sums of resources. */
const unmodelled = new Set(['volumeMounts', 'allocatedResources', 'resources', 'terminationMessagePath', 'user']);

/** The same status with times, ids and addresses made alike; what is not modelled is left out. */
function skeleton(value: JsonValue | undefined, names: readonly string[]): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((one) => skeleton(one, names) ?? null);
  if (isObject(value)) {
    const kept = Object.entries(value).filter(([name]) => !unmodelled.has(name));
    return Object.fromEntries(kept.map(([name, one]) => [name, skeleton(one, names)]));
  }
  return typeof value === 'string' ? alike(value, names) : value;
}

function alike(text: string, names: readonly string[]): string {
  const nameless = names.reduce((all, name) => all.replaceAll(name, 'NAME'), text);
  return nameless
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/containerd:\/\/[0-9a-f]{64}/g, 'ID')
    .replaceAll(/sha256:\w+/g, 'IMAGE')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID')
    .replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'ADDRESS');
}

/** Runs a pod of the recorded spec until its containers are in the recorded states; the seconds that it took. */
function replay(simulated: Simulated, file: string, behaviours: Readonly<Record<string, Behaviour>>) {
  const pod = recorded(file);
  const { nodeName: _, ...spec } = pod.spec;
  const annotations = Object.fromEntries(
    Object.entries(behaviours).map(([name, one]) => [`behaviour.simulator/${name}`, JSON.stringify(one)]),
  );
  const metadata = { name: pod.metadata.name, namespace: 'trial', labels: pod.metadata.labels ?? {}, annotations };
  const created = simulated.create('pods', { metadata, spec });
  const key = { resource: 'pods' as const, namespace: 'trial', name: pod.metadata.name };
  const shape = (status: JsonObject | undefined) => skeleton(status, [pod.metadata.name]);
  for (let tick = 0; tick < 6_000; tick += 1) {
    simulated.clock.step(100);
    const status = simulated.world.objects.get(key)?.status;
    if (statesOf(status) === statesOf(pod.status)) return { modelled: shape(status), real: shape(pod.status), pod: created };
  }
  throw new Error(`${file}: never was ${statesOf(pod.status)}, but ${statesOf(simulated.world.objects.get(key)?.status)}`);
}

/** The states, counts and reasons by which the moment of the recording is found again. */
function statesOf(status: JsonObject | undefined): string {
  const all = ['initContainerStatuses', 'containerStatuses'].flatMap((field) => [...objectsAt(status, field)]);
  const states = all.map(({ state, lastState, restartCount }) => [restartCount, reasonOf(state), reasonOf(lastState)]);
  const unready = objectsAt(status, 'conditions').filter((condition) => condition.status !== 'True');
  return JSON.stringify([status?.phase, states, unready.map(({ type }) => type)]);
}

function reasonOf(state: JsonValue | undefined): readonly unknown[] {
  return isObject(state) ? Object.entries(state).map(([name, detail]) => [name, isObject(detail) ? detail.reason : undefined]) : [];
}

const message = ['starting', 'fatal: cannot open /etc/app/config.yaml: no such file'];
const MIB = 2 ** 20;
const stories: readonly (readonly [string, Readonly<Record<string, Behaviour>>])[] = [
  ['pod-healthy', {}],
  ['pod-crashloop-terminated', { app: { exitAfterMs: 100, exitCode: 1, log: message } }],
  ['pod-crashloopbackoff', { app: { exitAfterMs: 100, exitCode: 1, log: message } }],
  ['pod-oomkilled', { leak: { memoryBytes: MIB, leakBytesPerSecond: 4 * MIB } }],
  ['pod-oomkilled-restarted', { leak: { memoryBytes: MIB, leakBytesPerSecond: 4 * MIB } }],
  ['pod-errimagepull', { app: { isImageMissing: true } }],
  ['pod-imagepullbackoff', { app: { isImageMissing: true } }],
  ['pod-unready', { web: { unreadyAfterMs: 0 } }],
  ['pod-createcontainerconfigerror', {}],
  ['pod-failedmount', {}],
  ['pod-init-failing', { migrate: { exitAfterMs: 100, exitCode: 3 } }],
  ['pod-init-crashloopbackoff', { migrate: { exitAfterMs: 100, exitCode: 3 } }],
  ['pod-sidecar-crashing', { proxy: { exitAfterMs: 2_000, exitCode: 1 } }],
  ['pod-slow-start', {}],
  ['pod-warm-up', { app: { readyAfterMs: 600_000 } }],
  ['pod-liveness-restarted', { app: { hangsAfterMs: 4_000 } }],
  ['pod-job-failed', { app: { exitAfterMs: 100, exitCode: 2 } }],
  ['pod-job-complete', { app: { exitAfterMs: 1_000 } }],
  ['pod-unschedulable', {}],
];

describe('a pod of the recorded spec', () => {
  it.each(stories)('comes to the recorded status: %s', (file, behaviours) => {
    const simulated = aSimulatedCluster({ nodes: 1 });
    const { modelled, real } = replay(simulated, file, behaviours);
    expect(sorted(modelled)).toEqual(sorted(real));
  });
});

/** Logs of two streams come in either order, and the refusal counts the nodes of its cluster. */
function sorted(value: JsonValue | undefined): unknown {
  const text = JSON.stringify(value);
  return JSON.parse(
    text
      .replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) =>
        JSON.stringify(inner.includes('\\n') ? inner.split('\\n').sort().join(' ') : inner),
      )
      .replaceAll(/0\/\d+ nodes are available: [^"]*/g, 'REFUSED'),
  );
}

/** A workload of the recorded spec, brought to the state of its recording. */
interface WorkloadStory {
  readonly file: string;
  readonly resource: ResourceName;
  /** The image that stood before the one that is recorded. */
  readonly before?: string;
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly seconds: number;
}

const GOOD = 'kubemend.test/busybox:1';
const TYPO = 'kubemend.test/busybox:typo';
const workloads: readonly WorkloadStory[] = [
  { file: 'deployment-healthy', resource: 'deployments.apps', seconds: 60 },
  { file: 'deployment-stuck', resource: 'deployments.apps', before: GOOD, seconds: 60 },
  { file: 'statefulset-healthy', resource: 'statefulsets.apps', seconds: 60 },
  { file: 'statefulset-stuck', resource: 'statefulsets.apps', before: GOOD, seconds: 60 },
  { file: 'daemonset-healthy', resource: 'daemonsets.apps', seconds: 60 },
  { file: 'daemonset-stuck', resource: 'daemonsets.apps', before: GOOD, seconds: 60 },
  { file: 'job-complete', resource: 'jobs.batch', behaviours: { [GOOD]: { exitAfterMs: 1_000 } }, seconds: 60 },
  { file: 'job-failed', resource: 'jobs.batch', behaviours: { [GOOD]: { exitAfterMs: 1_000, exitCode: 2 } }, seconds: 60 },
];

describe('a workload of the recorded spec', () => {
  it.each(workloads)('comes to the recorded status: $file', ({ file, resource, before, behaviours = {}, seconds }) => {
    const simulated = aSimulatedCluster({ nodes: 1 });
    const real = recorded(file);
    simulated.behaviours.forImage(TYPO, { isImageMissing: true });
    for (const [image, behaviour] of Object.entries(behaviours)) simulated.behaviours.forImage(image, behaviour);
    const { name } = real.metadata;
    const spec = structuredClone(real.spec);
    const key = { resource, namespace: 'shop', name };
    simulated.create(resource, { metadata: { name, namespace: 'shop' }, spec: before === undefined ? spec : withImage(spec, before) });
    if (before !== undefined) {
      simulated.pass(30);
      simulated.world.objects.change(key, (draft) => void Object.assign(draft, { spec }));
    }
    simulated.pass(seconds);
    const { status } = simulated.world.objects.get(key) ?? {};
    expect(workloadSkeleton(status)).toEqual(workloadSkeleton(real.status));
  });
});

function withImage(spec: JsonObject, image: string): JsonObject {
  return JSON.parse(JSON.stringify(spec).replaceAll(TYPO, image));
}

/** Template hashes differ, for the real ones are of Go's own printing. */
function workloadSkeleton(status: JsonObject | undefined): unknown {
  return JSON.parse(JSON.stringify(skeleton(status, [])).replaceAll(/-[bcdf4-9]{6,10}(?=["\\])/g, '-HASH'));
}

const topics = ['', '-rollouts', '-jobs', '-containers', '-configuration', '-nodes'];
const Events = z.object({ items: z.array(z.record(z.string(), z.json())) });

/** How a saying reads without its names, numbers and ids. */
function formOf(event: JsonObject): string {
  const about = isObject(event.involvedObject) ? event.involvedObject : {};
  const message = String(event.message)
    .replace(/(probe failed: ).*/s, '$1WHY')
    .replace(/\d+\/\d+ nodes are available: .*/, 'REFUSED')
    .replace(/assigned \S+ to \S+/, 'assigned POD to NODE')
    .replaceAll(/"[^"]*"/g, 'QUOTED')
    .replaceAll(/ADDRESS|\d+\.\d+\.\d+\.\d+(:\d+)?/g, 'ADDRESS')
    .replaceAll(/\b[\w.-]*[\w]_\w+\([0-9a-f-]+\)/g, 'POD')
    .replaceAll(/(pod: |Pod |container |container=|set |to |trial\/|shop\/|StatefulSet |Node |from )[\w.-]+(\/[\w.-]+)?/g, '$1NAME');
  const source = isObject(event.source) ? Object.keys(event.source).sort().join() : '';
  const fields = Object.keys(event)
    .filter((name) => name !== 'series')
    .sort()
    .join();
  return [
    event.type,
    event.reason,
    about.kind,
    String(about.fieldPath ?? '').replace(/\{.*/, ''),
    message,
    event.reportingComponent,
    source,
    fields,
  ].join(' | ');
}

describe('events', () => {
  it('have the fields and the wording that real components give them', () => {
    const real = new Set(
      topics.flatMap((topic) => {
        const text = readFileSync(new URL(`../bed/fixtures/kube/events${topic}.json`, import.meta.url), 'utf8');
        return Events.parse(JSON.parse(text)).items.map(formOf);
      }),
    );
    const modelled = new Set<string>();
    for (const [file, behaviours] of stories) {
      const simulated = aSimulatedCluster({ nodes: 1 });
      replay(simulated, file, behaviours);
      for (const event of simulated.world.objects.list('events')) modelled.add(formOf(event));
    }
    for (const { file, resource } of workloads) {
      const simulated = aSimulatedCluster({ nodes: 1 });
      const { metadata, spec } = recorded(file);
      simulated.behaviours.forImage(TYPO, { isImageMissing: true });
      simulated.create(resource, { metadata: { name: metadata.name, namespace: 'shop' }, spec });
      simulated.pass(60);
      for (const event of simulated.world.objects.list('events')) modelled.add(formOf(event));
    }
    expect([...modelled].filter((form) => !real.has(form))).toEqual([]);
    expect(modelled.size).toBeGreaterThan(20);
  });
});
