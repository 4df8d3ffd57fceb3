import type { ResourceRef } from '../../core/model/resource.ts';
import type { Clock, Logger, Notifier } from '../../core/ports.ts';
import { type EventSink, eventDesk } from './kube-event-desk.ts';
import { kubeSaying } from './kube-saying.ts';
import { type Topic, topicBook } from './kube-topic.ts';

/** The count of one event is written this often at most. */
const RECOUNT_MS = 10_000;
const MAX_WAITING = 200;
const STOP_MS = 3_000;

/** What the notifier works with. */
export interface KubeEventParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventSink;
  /** Whether events about this object are ours to write: it is opted in, and we lead. */
  isWanted(subject: ResourceRef): boolean;
}

/** The notifier, and how it ends. */
export interface KubeEvents extends Notifier {
  /** Waits for what is being written, three seconds at most, and gives the rest up. */
  stop(): Promise<void>;
}

/**
 * Tells what is decided and done as Kubernetes events on the incident's subject; the same words within an hour raise a count. Writes
 * one event after the other in its own time: it never throws and never holds up the loop.
 */
export function kubeEventNotifier({ clock, log, events, isWanted }: KubeEventParts): KubeEvents {
  const stopping = new AbortController();
  const { signal } = stopping;
  const book = topicBook(clock);
  const desk = eventDesk({ clock, log, events, signal });
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;

  /** Waits until the topic may be written again and it is its turn; what is said from then on needs a write of its own. */
  async function writeInTurn(topic: Topic): Promise<void> {
    const restMs = topic.triedAt + RECOUNT_MS - clock.now();
    if (restMs > 0) await clock.sleep(restMs, signal);
    const mine = turn.then(() => {
      topic.isWaiting = false;
      return desk.write(topic);
    });
    turn = mine.catch(() => undefined); // whoever waits for `mine` hears of it
    await mine;
  }

  return {
    name: 'kubernetes-events',
    async notify(incident, change) {
      const saying = kubeSaying(incident, change);
      if (!saying || signal.aborted || !isWanted(incident.subject)) return;
      if (waiting >= MAX_WAITING) return desk.drop('too many wait');
      const topic = book.heard(incident, saying);
      if (topic.isWaiting) return;
      topic.isWaiting = true;
      waiting += 1;
      try {
        await writeInTurn(topic);
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        waiting -= 1;
      }
    },
    async stop() {
      const patience = new AbortController();
      await Promise.race([turn, clock.sleep(STOP_MS, patience.signal).catch(() => undefined)]); // aborted: the writes were faster
      patience.abort();
      stopping.abort(new Error('stopped'));
    },
  };
}
