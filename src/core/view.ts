import type { Kind, KubeObject, ObjectOf, Watched, Workload } from './model/objects.ts';
import { isWorkload, kinds } from './model/objects.ts';
import type { Reading } from './model/reading.ts';
import { type ResourceRef, resourceKey } from './model/resource.ts';
import type { ScaleUp } from './model/scale-up.ts';
import type { Alert, ClusterEvent, ObjectState } from './model/signal.ts';
import type { Timeline } from './model/timeline.ts';
import type { ClusterReader } from './ports.ts';

/** A watch confirms itself at least once a minute; two such intervals and 15 s later its view says nothing any more (safety.md, defaults). */
export const WATCH_MAX_AGE_MS = 2 * 60_000 + 15_000;

/** Who owns an object in the end; `unknown` when the chain leads out of what we can see or to a kind that we do not know. */
export type Ownership = { readonly is: 'owner'; readonly owner: KubeObject } | { readonly is: 'unknown'; readonly why: string };

/** The cached cluster at one moment, indexed by key and by owner. Cheap to make anew: one pass over the objects. */
export interface ClusterView {
  readonly at: number;
  get(ref: ResourceRef): KubeObject | undefined;
  ofKind<K extends Kind>(kind: K): readonly ObjectOf<K>[];
  /** What the object owns, directly or through another, without itself. */
  ownedBy(ref: ResourceRef): readonly KubeObject[];
  /** Follows controller references upwards to the last one. */
  ownerOf(ref: ResourceRef): Ownership;
  timelineOf(ref: ResourceRef): Timeline;
  /** Undefined: never seen. */
  ageMs(watched: Watched): number | undefined;
  isBlindFor(watched: Watched): boolean;
}

/** Indexes what the reader holds now. */
export function viewOf(reader: ClusterReader, now: number): ClusterView {
  const states = [...reader.objects()];
  const byKey = new Map(states.map((state) => [resourceKey(state.subject), state]));
  const byUid = new Map(states.flatMap((state) => (state.subject.uid ? [[state.subject.uid, state]] : [])));
  const byKind = Map.groupBy(states, (state) => state.object.kind);
  const children = Map.groupBy(
    states.filter((state) => controllerOf(state.object) !== undefined),
    (state) => controllerOf(state.object)?.uid,
  );
  const said = Map.groupBy(
    [...reader.events(), ...(reader.alerts?.() ?? []), ...(reader.readings?.() ?? []), ...(reader.scaleUps?.() ?? [])],
    ({ subject }) => subject.uid ?? resourceKey(subject),
  );
  const ages = new Map<Watched, number | undefined>();

  function stateOf(ref: ResourceRef): ObjectState | undefined {
    const found = (ref.uid && byUid.get(ref.uid)) || byKey.get(resourceKey(ref));
    return found && (ref.uid === undefined || found.subject.uid === ref.uid) ? found : undefined;
  }
  function descendants(uid: string | undefined): ObjectState[] {
    const direct = uid === undefined ? [] : (children.get(uid) ?? []);
    return direct.flatMap((state) => [state, ...descendants(state.subject.uid)]);
  }
  function saidOf({ subject }: ObjectState): readonly (ClusterEvent | Alert | Reading | ScaleUp)[] {
    return [subject.uid ?? '', resourceKey(subject)].flatMap((name) => said.get(name) ?? []);
  }
  function ageMs(watched: Watched): number | undefined {
    if (!ages.has(watched)) ages.set(watched, reader.ageMs(watched));
    return ages.get(watched);
  }
  function isBlindFor(watched: Watched): boolean {
    return (ageMs(watched) ?? Number.POSITIVE_INFINITY) > WATCH_MAX_AGE_MS;
  }
  function ownerOf(ref: ResourceRef): Ownership {
    const state = stateOf(ref);
    if (!state) return { is: 'unknown', why: `${ref.kind} ${ref.name} is not in view` };
    const controller = controllerOf(state.object);
    if (!controller) return { is: 'owner', owner: state.object };
    const above = byUid.get(controller.uid);
    if (!above)
      return {
        is: 'unknown',
        why: `its owner ${controller.kind} ${controller.name} is of a kind that kubemend does not know, or is not in view`,
      };
    return ownerOf(above.subject);
  }

  return {
    at: now,
    get: (ref) => stateOf(ref)?.object,
    ofKind: <K extends Kind>(kind: K) =>
      (byKind.get(kind) ?? []).map((state) => state.object).filter((object): object is ObjectOf<K> => object.kind === kind),
    ownedBy: (ref) => descendants(stateOf(ref)?.subject.uid).map((state) => state.object),
    ownerOf,
    timelineOf(ref) {
      const self = stateOf(ref);
      const family = self ? [self, ...descendants(self.subject.uid)] : [];
      const signals = [...family, ...family.flatMap(saidOf)].sort((a, b) => a.at - b.at);
      return { subject: self?.subject ?? ref, now, signals, blindFor: [...kinds, 'Event' as const].filter(isBlindFor) };
    },
    ageMs,
    isBlindFor,
  };
}

function controllerOf(object: KubeObject): { readonly uid: string; readonly kind: string; readonly name: string } | undefined {
  return object.meta.owners.find((owner) => owner.controller);
}

/** The workload that an object belongs to (itself, if it is one); undefined when it has none or its owner is unknown. */
export function workloadOf(view: ClusterView, ref: ResourceRef): Workload | undefined {
  const ownership = view.ownerOf(ref);
  return ownership.is === 'owner' && isWorkload(ownership.owner) ? ownership.owner : undefined;
}
