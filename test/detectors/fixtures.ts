/** The recorded objects of test/bed/fixtures/kube, read as the Kubernetes adapter reads them, and the timelines that a view makes of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindSourceOf, projectionOf } from '../../src/adapters/cluster/kubernetes/kind-source.ts';
import { projectEvent } from '../../src/adapters/cluster/kubernetes/projection/event.ts';
import { groupOf } from '../../src/adapters/cluster/kubernetes/projection/metadata.ts';
import type { KubeObject } from '../../src/core/model/objects.ts';
import type { ClusterEvent } from '../../src/core/model/signal.ts';

const folder = join(import.meta.dirname, '../bed/fixtures/kube');

interface Raw {
  readonly apiVersion: string;
  readonly kind: string;
  readonly items?: readonly Raw[];
}

/** The objects of one recorded file, a list unrolled. Throws for a kind that kubemend does not read. */
export function recorded(file: string): KubeObject[] {
  return unrolled(JSON.parse(readFileSync(join(folder, file), 'utf8'))).map(projected);
}

/** The lines of the recorded watch stream that carry a pod, in order. */
export function recordedWatch(file: string): { readonly type: string; readonly object: KubeObject }[] {
  const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n');
  return lines
    .map((line): { readonly type: string; readonly object: Raw } => JSON.parse(line))
    .filter(({ type }) => type !== 'BOOKMARK')
    .map(({ type, object }) => ({ type, object: projected(object) }));
}

/** The latest instant that these objects tell of: when they were recorded, or a little before. */
export function latestIn(objects: readonly KubeObject[]): number {
  const instants: number[] = [];
  JSON.stringify(objects, (key, value) => {
    if (typeof value === 'number' && key.endsWith('At')) instants.push(value);
    return value;
  });
  return Math.max(...instants);
}

/** The recorded events that had begun by `now`, as they stood then: their repetitions are taken as evenly spread. */
export function recordedEvents(file: string, now: number): ClusterEvent[] {
  return unrolled(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    .map((raw) => projectEvent(raw, 'default'))
    .filter((event) => event.firstAt <= now)
    .map((event) => (event.at <= now ? event : cutOff(event, now)));
}

function cutOff(event: ClusterEvent, now: number): ClusterEvent {
  const between = (event.at - event.firstAt) / Math.max(1, event.count - 1);
  const repetitions = Math.floor((now - event.firstAt) / between);
  return { ...event, count: 1 + repetitions, at: event.firstAt + repetitions * between };
}

function projected(raw: Raw): KubeObject {
  const source = kindSourceOf({ kind: raw.kind, apiGroup: groupOf(raw.apiVersion) });
  if (!source) throw new Error(`no projection for the kind ${raw.kind}`);
  return projectionOf(source, 'default')(raw);
}

/** A list is its items; kubectl leaves kind and apiVersion on each. */
function unrolled(raw: Raw): readonly Raw[] {
  return raw.items ?? [raw];
}
