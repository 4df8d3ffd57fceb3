import type { Kind } from '../../../core/model/objects.ts';
import type { ObjectState } from '../../../core/model/signal.ts';
import type { Clock, Logger } from '../../../core/ports.ts';
import type { Api } from './api.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { collectionPath, type KindSource, kindSources, projectionOf } from './kind-source.ts';
import type { Collection } from './list.ts';
import { createObjectCache, type ObjectCache } from './object-cache.ts';
import { createReflector, type Reflector, type ReflectorReport } from './reflector.ts';

/** The state of the view of one kind, for people. */
export interface KindReport extends ReflectorReport {
  readonly kind: string;
  readonly objects: number;
  /** Objects that are kept out because they could not be read. */
  readonly unreadable: number;
}

/** The whole cached view: one reflector per kind, and one for events. */
export interface Reflectors {
  states(): Iterable<ObjectState>;
  readonly events: EventLog;
  ageMs(kind: Kind | 'Event'): number | undefined;
  report(): readonly KindReport[];
  /** Works until the signal is aborted; never throws. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when every kind is listed, or known not to be to be had. */
  readonly settled: Promise<void>;
}

/** What the view needs. */
export interface ReflectorsParts {
  readonly api: Api;
  readonly cluster: string;
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Watched {
  readonly source: KindSource;
  readonly cache: ObjectCache;
  readonly reflector: Reflector;
}

const metadataOnly = 'g=meta.k8s.io;v=v1';

/** Makes the view of all kinds of the small model; nothing is read before `run`. */
export function createReflectors(parts: ReflectorsParts): Reflectors {
  const watched = new Map<string, Watched>(kindSources.map((source) => [source.kind, watchedOf(source, parts)]));
  const events = createEventLog(parts);
  const eventReflector = createReflector({ ...parts, what: 'Event', collection: { path: '/api/v1/events' }, sink: events });
  const all = [...[...watched.values()].map((one) => one.reflector), eventReflector];
  return {
    *states() {
      for (const { cache } of watched.values()) yield* cache.states();
    },
    events,
    ageMs: (kind) => (kind === 'Event' ? eventReflector : watched.get(kind)?.reflector)?.ageMs(),
    report: () => [...[...watched.values()].map(reportOf), eventReport(eventReflector, events)],
    async run(signal) {
      await Promise.all(all.map((reflector) => reflector.run(signal)));
    },
    settled: Promise.all(all.map((reflector) => reflector.settled)).then(() => undefined),
  };
}

function watchedOf(source: KindSource, parts: ReflectorsParts): Watched {
  const cache = createObjectCache({ kind: source.kind, project: projectionOf(source, parts.cluster), clock: parts.clock, log: parts.log });
  const reflector = createReflector({ ...parts, what: source.kind, collection: collectionOf(source, parts.namespace), sink: cache });
  return { source, cache, reflector };
}

function collectionOf(source: KindSource, namespace: string): Collection {
  if (!source.isMetadataOfOwnNamespace) return { path: collectionPath(source) };
  return {
    path: collectionPath(source, namespace),
    listAs: `application/json;as=PartialObjectMetadataList;${metadataOnly}`,
    watchAs: `application/json;as=PartialObjectMetadata;${metadataOnly}`,
  };
}

function reportOf({ source, cache, reflector }: Watched): KindReport {
  return { kind: source.kind, ...reflector.report(), objects: cache.size, unreadable: cache.unreadable };
}

function eventReport(reflector: Reflector, events: EventLog): KindReport {
  return { kind: 'Event', ...reflector.report(), objects: events.events().length, unreadable: events.unreadable };
}
