import { type KubeObject, kinds, type Watched } from '../../src/core/model/objects.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import { isSameResource, type ResourceRef, resourceKey } from '../../src/core/model/resource.ts';
import type { ScaleUp } from '../../src/core/model/scale-up.ts';
import type { Alert, ClusterEvent } from '../../src/core/model/signal.ts';
import { evidenceOf } from '../../src/core/model/timeline.ts';
import type { ClusterReader, LiveObject, Revision } from '../../src/core/ports.ts';
import { type ClusterView, viewOf } from '../../src/core/view.ts';
import { NOON } from './object-meta.ts';

/** What a fake reader can be told; ages are in milliseconds and `undefined` means never seen. */
export interface FakeReaderOptions {
  readonly now?: number;
  readonly ages?: Readonly<Partial<Record<Watched, number | undefined>>>;
  readonly events?: readonly ClusterEvent[];
  readonly alerts?: readonly Alert[];
  readonly readings?: readonly Reading[];
  readonly scaleUps?: readonly ScaleUp[];
  /** What live reads add to the object, by `resourceKey`. */
  readonly live?: Readonly<Record<string, Partial<LiveObject>>>;
  /** Recorded revisions, by `resourceKey` of the workload. */
  readonly revisions?: Readonly<Record<string, readonly Revision[]>>;
}

/** A ClusterReader over a list of objects; every kind was confirmed a second ago unless told otherwise. */
export interface FakeReader extends ClusterReader {
  put(...objects: readonly KubeObject[]): void;
  remove(ref: ResourceRef): void;
  setAge(kind: Watched, ageMs: number | undefined): void;
  addEvent(event: ClusterEvent): void;
}

/** Fills the reading port from memory. A live read answers with the same objects as the cache. */
export function fakeReader(objects: readonly KubeObject[], options: FakeReaderOptions = {}): FakeReader {
  const now = options.now ?? NOON;
  const held = new Map<string, KubeObject>();
  const watched: readonly Watched[] = [...kinds, 'Event'];
  const ages = new Map<Watched, number | undefined>(watched.map((kind) => [kind, 1_000]));
  for (const kind of watched) if (options.ages && kind in options.ages) ages.set(kind, options.ages[kind]);
  const events = [...(options.events ?? [])];
  const put = (...more: readonly KubeObject[]) => {
    for (const object of more) held.set(resourceKey(object.meta.ref), object);
  };
  put(...objects);

  return {
    put,
    remove: (ref) => void held.delete(resourceKey(ref)),
    setAge: (kind, ageMs) => void ages.set(kind, ageMs),
    addEvent: (event) => void events.push(event),
    objects: () =>
      [...held.values()].map((object) => ({
        signal: 'object' as const,
        id: evidenceOf(object),
        subject: object.meta.ref,
        at: now,
        object,
      })),
    events: () => [...events],
    alerts: () => options.alerts ?? [],
    readings: () => options.readings ?? [],
    scaleUps: () => options.scaleUps ?? [],
    ageMs: (kind) => ages.get(kind),
    async live(ref) {
      const object = held.get(resourceKey(ref));
      if (!object || !isSameResource(object.meta.ref, ref)) return undefined;
      const { generation, resourceVersion } = object.meta;
      const specSeen = generation === undefined ? `spec:${resourceVersion}` : `generation:${generation}`;
      return { object, specSeen, ...options.live?.[resourceKey(ref)] };
    },
    revisions: async (workload) => options.revisions?.[resourceKey(workload)] ?? [],
  };
}

/** The view over these objects at one instant. */
export function fakeView(objects: readonly KubeObject[], options: FakeReaderOptions = {}): ClusterView {
  return viewOf(fakeReader(objects, options), options.now ?? NOON);
}

/** An event about an object, just now. */
export function clusterEvent(
  about: KubeObject,
  reason: string,
  options: Partial<Omit<ClusterEvent, 'signal' | 'subject' | 'reason'>> = {},
): ClusterEvent {
  const subject = about.meta.ref;
  const at = options.at ?? NOON;
  return {
    signal: 'event',
    id: `event:${resourceKey(subject)}:${reason}`,
    subject,
    reason,
    at,
    type: 'Warning',
    message: '',
    count: 1,
    firstAt: at,
    ...options,
  };
}
