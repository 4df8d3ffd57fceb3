import type { KubeObject } from '../../../core/model/objects.ts';
import type { ObjectState } from '../../../core/model/signal.ts';
import { evidenceOf } from '../../../core/model/timeline.ts';
import type { Clock, Logger } from '../../../core/ports.ts';
import { textAt } from './projection/fields.ts';
import { isOlder } from './resource-version.ts';
import type { Sink } from './sink.ts';

/** The objects of one kind as last seen. */
export interface ObjectCache extends Sink {
  states(): Iterable<ObjectState>;
  readonly size: number;
  /** How many objects are kept out because they could not be read. */
  readonly unreadable: number;
}

/** What a cache needs: how to read an object, and whom to tell when one cannot be read. */
export interface ObjectCacheParts {
  readonly kind: string;
  readonly project: (raw: unknown) => KubeObject;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** An empty cache. An object that cannot be read is kept out, counted, and logged once. */
export function createObjectCache({ kind, project, clock, log }: ObjectCacheParts): ObjectCache {
  let states = new Map<string, ObjectState>();
  let unreadable = new Set<string>();
  const told = new Set<string>();

  function read(raw: unknown, known: ObjectState | undefined): ObjectState | undefined {
    if (known && isSame(raw, known)) return known;
    try {
      const object = project(raw);
      return { signal: 'object', id: evidenceOf(object), subject: object.meta.ref, at: clock.now(), object };
    } catch (error) {
      tellOnce(keyOf(raw), error);
      return undefined;
    }
  }
  function tellOnce(key: string, error: unknown): void {
    if (told.has(key) || told.size > 1_000) return;
    told.add(key);
    log.error('object kept out: it cannot be read', { kind, object: key, error: String(error) });
  }

  return {
    put(raw) {
      const key = keyOf(raw);
      const known = states.get(key);
      if (known && isStale(raw, known)) return;
      const state = read(raw, known);
      states.delete(key);
      unreadable.delete(key);
      if (state) states.set(key, state);
      else unreadable.add(key);
    },
    remove(raw) {
      const key = keyOf(raw);
      unreadable.delete(key);
      if (states.get(key)?.subject.uid === uidOf(raw)) states.delete(key);
    },
    begin() {
      const next = new Map<string, ObjectState>();
      const kept = new Set<string>();
      return {
        add(raw) {
          const key = keyOf(raw);
          const state = read(raw, states.get(key));
          if (state) next.set(key, state);
          else kept.add(key);
        },
        commit() {
          states = next;
          unreadable = kept;
        },
      };
    },
    states: () => states.values(),
    get size() {
      return states.size;
    },
    get unreadable() {
      return unreadable.size;
    },
  };
}

function keyOf(raw: unknown): string {
  return `${textAt(raw, 'metadata', 'namespace') ?? ''}/${textAt(raw, 'metadata', 'name') ?? '?'}`;
}

function uidOf(raw: unknown): string | undefined {
  return textAt(raw, 'metadata', 'uid');
}

function isSame(raw: unknown, known: ObjectState): boolean {
  return uidOf(raw) === known.subject.uid && textAt(raw, 'metadata', 'resourceVersion') === known.object.meta.resourceVersion;
}

/** A repeated or overtaken event about the same object says nothing new. */
function isStale(raw: unknown, known: ObjectState): boolean {
  const version = textAt(raw, 'metadata', 'resourceVersion') ?? '';
  return uidOf(raw) === known.subject.uid && isOlder(version, known.object.meta.resourceVersion);
}
