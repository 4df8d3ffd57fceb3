import type { Kind, KubeObject, ObjectOf, Watched } from './objects.ts';
import type { Reading } from './reading.ts';
import { isSameResource, type ResourceRef } from './resource.ts';
import type { ScaleUp } from './scale-up.ts';
import type { Alert, ClusterEvent, Signal } from './signal.ts';

/**
 * The recent signals about one subject and about what it owns (directly or through another), oldest first: all that a
 * detector ever sees. `blindFor` names what whose view is missing or too old to say anything about.
 */
export interface Timeline {
  readonly subject: ResourceRef;
  readonly now: number;
  readonly signals: readonly Signal[];
  readonly blindFor: readonly Watched[];
}

/** The latest known state of the subject itself; undefined when it is gone. */
export function subjectOf(timeline: Timeline): KubeObject | undefined {
  return objectsOf(timeline).find((object) => isSameResource(object.meta.ref, timeline.subject));
}

/** The objects of a kind that the subject owns (the subject included, if it is of that kind). */
export function ofKind<K extends Kind>(timeline: Timeline, kind: K): ObjectOf<K>[] {
  return objectsOf(timeline).filter((object): object is ObjectOf<K> => object.kind === kind);
}

/** The events about one object, oldest first. */
export function eventsAbout(timeline: Timeline, ref: ResourceRef): ClusterEvent[] {
  return timeline.signals.filter((signal): signal is ClusterEvent => signal.signal === 'event' && isSameResource(signal.subject, ref));
}

/** The alerts about one object, over or not, oldest news first. */
export function alertsAbout(timeline: Timeline, ref: ResourceRef): Alert[] {
  return timeline.signals.filter((signal): signal is Alert => signal.signal === 'alert' && isSameResource(signal.subject, ref));
}

/** What a series detector says about the series of one object. */
export function readingsAbout(timeline: Timeline, ref: ResourceRef): Reading[] {
  return timeline.signals.filter((signal): signal is Reading => signal.signal === 'reading' && isSameResource(signal.subject, ref));
}

/** That kubemend has given this workload replicas which it still has, as far as it knows. */
export function scaleUpOf(timeline: Timeline, ref: ResourceRef): ScaleUp | undefined {
  return timeline.signals.find((signal): signal is ScaleUp => signal.signal === 'scale-up' && isSameResource(signal.subject, ref));
}

/** The evidence id of an object's state, as its signal carries it. */
export function evidenceOf(object: KubeObject): string {
  return `${object.kind}:${object.meta.ref.uid ?? object.meta.ref.name}:${object.meta.resourceVersion}`;
}

function objectsOf(timeline: Timeline): KubeObject[] {
  return timeline.signals.flatMap((signal) => (signal.signal === 'object' ? [signal.object] : []));
}
