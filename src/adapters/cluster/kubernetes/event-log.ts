import type { ClusterEvent } from '../../../core/model/signal.ts';
import type { Clock, Logger } from '../../../core/ports.ts';
import { EVENT_REPORTER } from './event-writer.ts';
import { projectEvent } from './projection/event.ts';
import { textAt } from './projection/fields.ts';
import type { Sink } from './sink.ts';

/** The recent Kubernetes events, one per uid. */
export interface EventLog extends Sink {
  /** Oldest first; none older than the age limit. */
  events(): readonly ClusterEvent[];
  readonly unreadable: number;
}

/** How many events are kept, and for how long since they last happened. */
export interface EventLogLimits {
  readonly maxEvents: number;
  readonly maxAgeMs: number;
}

const usual: EventLogLimits = { maxEvents: 5_000, maxAgeMs: 3_600_000 };

/** What an event log needs besides its limits. */
export interface EventLogParts {
  readonly cluster: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly limits?: EventLogLimits;
}

/** An empty log. What kubemend itself tells stays out, for it is no evidence; an event that cannot be read is counted, and the first one logged. */
export function createEventLog({ cluster, clock, log, limits = usual }: EventLogParts): EventLog {
  let byUid = new Map<string, ClusterEvent>();
  let sorted: readonly ClusterEvent[] | undefined;
  let unreadable = 0;

  function take(into: Map<string, ClusterEvent>, raw: unknown): void {
    try {
      const event = projectEvent(raw, cluster);
      if (event.reporter !== EVENT_REPORTER) into.set(event.id, event);
    } catch (error) {
      if (unreadable === 0) log.warn('event kept out: it cannot be read', { error: String(error) });
      unreadable += 1;
    }
  }
  /** Cutting is dear, so it waits until a fifth too much is there. */
  function trim(map: Map<string, ClusterEvent>): Map<string, ClusterEvent> {
    return map.size <= limits.maxEvents * 1.2 ? map : new Map(newest(map).map((event) => [event.id, event]));
  }
  function newest(map: Map<string, ClusterEvent>): readonly ClusterEvent[] {
    const oldest = clock.now() - limits.maxAgeMs;
    const young = [...map.values()].filter((event) => event.at >= oldest);
    return young.sort((a, b) => a.at - b.at).slice(-limits.maxEvents);
  }
  function swap(next: Map<string, ClusterEvent>): void {
    byUid = trim(next);
    sorted = undefined;
  }

  return {
    put(raw) {
      take(byUid, raw);
      swap(byUid);
    },
    remove(raw) {
      byUid.delete(`event:${textAt(raw, 'metadata', 'uid') ?? ''}`);
      sorted = undefined;
    },
    begin() {
      let next = new Map<string, ClusterEvent>();
      return {
        add(raw) {
          take(next, raw);
          next = trim(next);
        },
        commit: () => swap(next),
      };
    },
    events() {
      sorted ??= newest(byUid);
      const oldest = clock.now() - limits.maxAgeMs;
      return sorted.filter((event) => event.at >= oldest);
    },
    get unreadable() {
      return unreadable;
    },
  };
}
