import type { Container, KubeObject, Pod } from '../../src/core/model/objects.ts';
import { isSameResource } from '../../src/core/model/resource.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';
import { detect, examine } from '../../src/core/stages/detect.ts';
import { detectors } from '../../src/detectors/index.ts';
import { fakeView } from '../fakes/view.ts';

/** One state of a cluster and what fires in it, as `DETECTOR KIND/NAME`. */
export interface Story {
  readonly name: string;
  /** Whether a real cluster gave the objects, or they were built here after what real ones look like. */
  readonly origin: 'recorded' | 'built';
  readonly now: number;
  readonly objects: readonly KubeObject[];
  readonly events?: readonly ClusterEvent[];
  readonly fires: readonly string[];
  /** The places that the sick container may be moved to with the same answer. */
  readonly movesTo?: readonly Container['role'][];
}

/** What fires in the story, sorted. */
export function firesIn(story: Story): string[] {
  const view = fakeView(story.objects, { now: story.now, events: story.events ?? [] });
  return detect(view, detectors)
    .map((finding) => `${finding.detector} ${finding.subject.kind}/${finding.subject.name}`)
    .toSorted();
}

/** The evidence ids of the story's detections that no signal of their timeline has. */
export function unfoundEvidence(story: Story): string[] {
  const view = fakeView(story.objects, { now: story.now, events: story.events ?? [] });
  return story.objects.flatMap((object) => {
    const known = new Set(view.timelineOf(object.meta.ref).signals.map((signal) => signal.id));
    const detections = examine(view, object.meta.ref, detectors).filter((sighting) => isSameResource(sighting.subject, object.meta.ref));
    const cited = detections.flatMap(({ detection }) => (detection.is === 'firing' ? detection.evidence : []));
    return cited.filter((id) => !known.has(id));
  });
}

type Tree = unknown;
const instants = new Set(['createdAt', 'deletedAt', 'changedAt', 'startedAt', 'finishedAt', 'lastScheduledAt', 'at', 'firstAt', 'now']);

function mapped(value: Tree, map: (key: string, leaf: unknown) => unknown, key = ''): Tree {
  if (Array.isArray(value)) return value.map((item) => mapped(item, map, key));
  if (typeof value !== 'object' || value === null) return map(key, value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, map, name)]));
}

/** The same story at another time. */
export function shifted(story: Story, byMs: number): Story {
  return mapped(story, (key, leaf) => (instants.has(key) && typeof leaf === 'number' ? leaf + byMs : leaf)) as Story;
}

/** The same story with every object and container under another name. */
export function renamed(story: Story): Story {
  const names = new Set(story.objects.flatMap((object) => [object.meta.ref.name, ...containersOf(object).map(({ name }) => name)]));
  const other = (name: string) => `x-${[...name].reverse().join('')}`;
  const map = (_: string, leaf: unknown) => {
    if (typeof leaf !== 'string') return leaf;
    if (names.has(leaf)) return other(leaf);
    return leaf.replace(/\{(.+)\}$/, (whole, name) => (names.has(name) ? `{${other(name)}}` : whole));
  };
  const fires = story.fires.map((cell) => cell.replace(/[^/]+$/, other));
  return { ...(mapped(story, map) as Story), name: story.name, fires };
}

/** The same story with a healthy container before the others of each pod that has started any. */
export function accompanied(story: Story): Story {
  return withPods(story, (pod) => {
    const isUp = pod.nodeName !== undefined && pod.phase === 'Running';
    const state: Container['state'] = isUp
      ? { is: 'running', startedAt: pod.startedAt ?? pod.meta.createdAt }
      : { is: 'waiting', reason: 'ContainerCreating' };
    const [first] = pod.containers;
    if (!first || pod.nodeName === undefined || pod.phase === 'Failed' || pod.phase === 'Succeeded') return pod;
    const { lastState: _, ...rest } = first;
    return {
      ...pod,
      containers: [{ ...rest, name: 'companion', role: 'main', ready: isUp, restartCount: 0, probes: [], state }, ...pod.containers],
    };
  });
}

/** The same story with each pod's containers before the start of its main one. */
export function moved(story: Story, role: Container['role']): Story {
  return withPods(story, (pod) => {
    const [first] = pod.containers;
    if (!first) return pod;
    const { lastState: _, ...rest } = first;
    const main: Container = {
      ...rest,
      name: 'main',
      role: 'main',
      ready: false,
      started: false,
      restartCount: 0,
      probes: [],
      state: { is: 'waiting', reason: 'PodInitializing' },
    };
    const conditions = pod.conditions.map((condition) =>
      condition.type === 'Initialized' ? { ...condition, status: 'False' as const } : condition,
    );
    return { ...pod, phase: 'Pending', conditions, containers: [...pod.containers.map((container) => ({ ...container, role })), main] };
  });
}

function withPods(story: Story, change: (pod: Pod) => Pod): Story {
  return { ...story, objects: story.objects.map((object) => (object.kind === 'Pod' ? change(object) : object)) };
}

function containersOf(object: KubeObject): readonly Container[] {
  return object.kind === 'Pod' ? object.containers : [];
}
