/** A workload in the middle of a rollout, as Kubernetes shows it, in variants of kind, names, containers and counts. */
import type { Container, KubeObject, Pod, Workload } from '../../src/core/model/objects.ts';
import { resourceKey } from '../../src/core/model/resource.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';
import type { Json } from '../../src/core/model/write.ts';
import type { Revision } from '../../src/core/ports.ts';
import { condition, LONG_AGO, manager, NOON, type Options } from '../fakes/object-meta.ts';
import { container, controllerRevision, daemonSet, deployment, pod, replicaSet, statefulSet } from '../fakes/objects.ts';
import type { Scene } from './labelled-case.ts';

export const MINUTE = 60_000;

/** How a scene is dressed: the story stays the same. */
export interface Shape {
  readonly kind: Workload['kind'];
  readonly name: string;
  readonly replicas: number;
  readonly container: string;
  /** Further containers of each pod: a sidecar and an init container. */
  readonly crowded?: true;
}

/** Three kinds, three names, one to three containers. */
export const shapes: readonly Shape[] = [
  { kind: 'Deployment', name: 'cart', replicas: 3, container: 'app' },
  { kind: 'Deployment', name: 'checkout-api', replicas: 6, container: 'server', crowded: true },
  { kind: 'StatefulSet', name: 'ledger', replicas: 3, container: 'db' },
  { kind: 'DaemonSet', name: 'node-agent', replicas: 4, container: 'agent' },
];
export const deployments = shapes.filter(({ kind }) => kind === 'Deployment');

/** What differs between stories; times in milliseconds. */
export interface RolloutStory {
  /** The main container of the new pods. */
  readonly fresh?: Partial<Container>;
  readonly freshPod?: Options<Pod>;
  /** How many new pods there are (1) and how many of them are healthy (0). */
  readonly freshCount?: number;
  readonly healthyFresh?: number;
  /** The main container of the old pods, and how many there are. */
  readonly old?: Partial<Container>;
  readonly oldPod?: Options<Pod>;
  readonly oldCount?: number;
  /** What changed in the template: from, to. Undefined: the image's tag. */
  readonly templates?: readonly [before: Json, after: Json];
  readonly rolledOutMs?: number;
  readonly hasEarlier?: false;
  readonly isLate?: true;
  readonly workload?: Options<Workload>;
  readonly events?: (fresh: readonly KubeObject[], old: readonly KubeObject[]) => readonly ClusterEvent[];
  readonly around?: (shape: Shape) => readonly KubeObject[];
}

/** A pod template with one container. */
export function template(name: string, fields: { readonly [key: string]: Json } = {}, pod: { readonly [key: string]: Json } = {}): Json {
  return { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: 'registry.test/shop/cart:1', ...fields }], ...pod } };
}

/** The same story in each of these shapes. */
export function inShapes(story: RolloutStory | ((shape: Shape) => RolloutStory), dressed: readonly Shape[] = shapes): Scene[] {
  return dressed.map((shape) => rolloutScene(shape, typeof story === 'function' ? story(shape) : story));
}

/** One scene: an old revision, a new one, and their pods. */
export function rolloutScene(shape: Shape, story: RolloutStory): Scene {
  const rolledOutAt = NOON - (story.rolledOutMs ?? 3 * MINUTE);
  const { owner, old, newest, records } = revisionsOf(shape, story, rolledOutAt);
  const oldPods = podsOf(shape, old, { count: story.oldCount ?? shape.replicas - 1, main: story.old, pod: story.oldPod });
  const freshPods = podsOf(shape, newest, {
    count: story.freshCount ?? 1,
    healthy: story.healthyFresh ?? 0,
    since: rolledOutAt,
    main: { image: 'registry.test/shop/cart:2', ...story.fresh },
    pod: story.freshPod,
  });
  const objects = [owner, ...(story.hasEarlier === false ? [newest.record] : [old.record, newest.record])];
  const kept = story.hasEarlier === false ? [] : oldPods;
  return {
    about: owner.meta.ref,
    objects: [...objects, ...kept, ...freshPods, ...(story.around?.(shape) ?? [])],
    events: story.events?.(freshPods, kept) ?? [],
    revisions: { [resourceKey(owner.meta.ref)]: story.hasEarlier === false ? records.slice(1) : records },
  };
}

interface Generation {
  readonly record: KubeObject;
  /** The controller of its pods and the label that names the revision. */
  readonly controller: KubeObject;
  readonly labels: Readonly<Record<string, string>>;
}

function revisionsOf(shape: Shape, story: RolloutStory, rolledOutAt: number) {
  const [before, after] = [`${shape.name}-5d`, `${shape.name}-7f`];
  const owner = ownerOf(shape, story, { before, after, rolledOutAt });
  const old = generation(shape, owner, { name: before, number: 1, createdAt: LONG_AGO, replicas: story.oldCount ?? shape.replicas - 1 });
  const newest = generation(shape, owner, { name: after, number: 2, createdAt: rolledOutAt, replicas: story.freshCount ?? 1 });
  const [from, to] = story.templates ?? [template(shape.container), template(shape.container, { image: 'registry.test/shop/cart:2' })];
  const records: Revision[] = [record(before, 1, LONG_AGO, from), record(after, 2, rolledOutAt, to)];
  return { owner, old, newest, records };
}

function record(name: string, number: number, createdAt: number, of: Json): Revision {
  return { name, uid: `uid-${name}`, number, createdAt, template: of, podHash: name };
}

function ownerOf(
  { kind, name, replicas }: Shape,
  story: RolloutStory,
  at: { readonly before: string; readonly after: string; readonly rolledOutAt: number },
): Workload {
  const ready = story.hasEarlier === false ? 0 : (story.oldCount ?? replicas - 1);
  const progress = { reason: 'ReplicaSetUpdated', changedAt: at.rolledOutAt };
  const late = { reason: 'ProgressDeadlineExceeded', status: 'False' as const, changedAt: NOON - 30_000 };
  const options: Options<Workload> = {
    createdAt: LONG_AGO,
    replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: story.freshCount ?? 1,
    annotations: { 'deployment.kubernetes.io/revision': '2' },
    managers: [manager('kubectl-set', { at: at.rolledOutAt, touches: ['template'] })],
  };
  const conditions = [condition('Available'), condition('Progressing', story.isLate ? late : progress)];
  if (kind === 'Deployment') return deployment(name, { ...options, conditions, ...story.workload });
  if (kind === 'DaemonSet') return daemonSet(name, { ...options, ...story.workload });
  return statefulSet(name, { ...options, currentRevision: at.before, updateRevision: at.after, ...story.workload });
}

function generation(
  { kind, name: app }: Shape,
  owner: Workload,
  of: { readonly name: string; readonly number: number; readonly createdAt: number; readonly replicas: number },
): Generation {
  const { name, number, createdAt, replicas } = of;
  if (kind === 'Deployment') {
    const set = replicaSet(name, { ownedBy: owner, revision: number, createdAt, replicas, readyReplicas: replicas });
    return { record: set, controller: set, labels: { app, 'pod-template-hash': name } };
  }
  const labels = { app, 'controller-revision-hash': name };
  return { record: controllerRevision(name, { ownedBy: owner, revision: number, createdAt, labels }), controller: owner, labels };
}

interface Crew {
  readonly count: number;
  readonly healthy?: number;
  readonly since?: number;
  readonly main?: Partial<Container> | undefined;
  readonly pod?: Options<Pod> | undefined;
}

function podsOf(shape: Shape, { controller, labels, record: { meta } }: Generation, crew: Crew): Pod[] {
  const { count, since = LONG_AGO } = crew;
  const healthy = crew.healthy ?? (crew.main === undefined && crew.pod === undefined ? count : 0);
  return Array.from({ length: count }, (_, index) => {
    const isHealthy = index < healthy;
    const main = container(shape.container, { image: 'registry.test/shop/cart:1', ...(isHealthy ? {} : crew.main) });
    return pod(`${meta.ref.name}-${index}`, {
      ownedBy: controller,
      labels,
      createdAt: since,
      startedAt: since,
      nodeName: `node-${(index % 3) + 1}`,
      ready: isHealthy || main.ready,
      containers: shape.crowded ? [container('setup', { role: 'init', state: done(since) }), main, container('proxy')] : [main],
      ...(isHealthy ? {} : crew.pod),
    });
  });
}

function done(since: number): Container['state'] {
  return { is: 'terminated', exitCode: 0, reason: 'Completed', startedAt: since, finishedAt: since + 1_000 };
}

const DAYS_MS = 3 * 24 * 60 * MINUTE;

/** A workload whose newest revision has been complete for three days; `fresh` are its pods, of which `healthyFresh` are well. */
export function steadyScene(shape: Shape, story: RolloutStory): Scene {
  const freshCount = story.freshCount ?? shape.replicas;
  const healthy = story.healthyFresh ?? 0;
  const newest = `${shape.name}-7f`;
  return rolloutScene(shape, {
    rolledOutMs: DAYS_MS,
    oldCount: 0,
    ...story,
    freshCount,
    workload: {
      readyReplicas: healthy,
      availableReplicas: healthy,
      updatedReplicas: freshCount,
      conditions: [
        condition('Available', healthy > 0 ? {} : { status: 'False', changedAt: NOON - 5 * MINUTE }),
        condition('Progressing', { reason: 'NewReplicaSetAvailable' }),
      ],
      ...(shape.kind === 'StatefulSet' && { currentRevision: newest, updateRevision: newest }),
      ...story.workload,
    },
  });
}

/** The same steady story in each of these shapes. */
export function steadily(story: RolloutStory | ((shape: Shape) => RolloutStory), dressed: readonly Shape[] = shapes): Scene[] {
  return dressed.map((shape) => steadyScene(shape, typeof story === 'function' ? story(shape) : story));
}
