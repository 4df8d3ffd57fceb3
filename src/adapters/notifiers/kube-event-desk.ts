import type { Clock, Logger } from '../../core/ports.ts';
import type { Topic } from './kube-topic.ts';
import { writeAllowance } from './write-allowance.ts';

/** Waits before the tries of one write. */
const TRIES_MS = [0, 2_000, 10_000, 30_000] as const;
/** A namespace in which RBAC forbids events is left alone for so long. */
const FORBIDDEN_MS = 10 * 60_000;
const SAY_AGAIN_MS = 60_000;

type Answer = { readonly is: 'done' } | { readonly is: 'missing' } | { readonly is: 'forbidden' | 'refused'; readonly why: string };
type Told = Omit<Topic, 'written' | 'triedAt' | 'isWaiting' | 'isVital'>;

/** Where events are written: creates one, and sets its count and last time. Both throw when nobody can say what became of it. */
export interface EventSink {
  create(event: Told): Promise<Answer>;
  recount(event: Told): Promise<Answer>;
}

/** What the desk works with. */
export interface DeskParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventSink;
  /** Ends the waits between tries. */
  readonly signal: AbortSignal;
}

/** Brings topics to the API server, within limits. */
export interface EventDesk {
  /** Writes the topic as it stands, with up to four tries. Throws nothing but the reason of an aborted signal. */
  write(topic: Topic): Promise<void>;
  /** Counts an event that was not even tried. */
  drop(why: string): void;
}

/** At most 60 writes a minute; each kind of failure is logged once, what is dropped once a minute with its number. */
export function eventDesk({ clock, log, events, signal }: DeskParts): EventDesk {
  const forbiddenUntil = new Map<string, number>();
  const complaints = complaintsTo(log);
  const drop = dropCounter(clock, log);
  const allowance = writeAllowance(clock);

  async function answerTo(topic: Topic): Promise<Answer | undefined> {
    try {
      const answer = await (topic.written === 0 ? events.create(topic) : events.recount(topic));
      complaints.lift('unreachable');
      return answer;
    } catch (error) {
      complaints.make('unreachable', String(error));
      return undefined;
    }
  }
  /** Whether nothing is left to do about this write. */
  async function isSettled(topic: Topic): Promise<boolean> {
    const { count } = topic;
    const answer = await answerTo(topic);
    if (!answer) return false;
    if (answer.is === 'done') {
      topic.written = count;
      return true;
    }
    if (answer.is === 'missing') {
      const isForgotten = topic.written > 0; // the API server keeps events for an hour: it is made anew
      topic.written = 0;
      return !isForgotten;
    }
    if (answer.is === 'forbidden') forbiddenUntil.set(namespaceOf(topic), clock.now() + FORBIDDEN_MS);
    complaints.make(answer.is, answer.why);
    return true;
  }

  return {
    drop,
    async write(topic) {
      if ((forbiddenUntil.get(namespaceOf(topic)) ?? 0) > clock.now()) return;
      if (!allowance.take(topic.isVital)) return drop('there were too many at once');
      topic.triedAt = clock.now();
      for (const waitMs of TRIES_MS) {
        if (waitMs > 0) await clock.sleep(waitMs, signal);
        if (await isSettled(topic)) return;
      }
      drop('no try came through');
    },
  };
}

const COMPLAINTS = {
  forbidden: 'Kubernetes events are off where our account may not write them',
  refused: 'Kubernetes event not taken',
  unreachable: 'Kubernetes event not written; it is tried again',
} as const;
type Complaint = keyof typeof COMPLAINTS;

function complaintsTo(log: Logger): { make(kind: Complaint, why: string): void; lift(kind: Complaint): void } {
  const made = new Set<Complaint>();
  return {
    make(kind, why) {
      if (!made.has(kind)) log.warn(COMPLAINTS[kind], { why, mend: 'apply `kubemend manifests`, or set notify.events to false' });
      made.add(kind);
    },
    lift: (kind) => void made.delete(kind),
  };
}

function dropCounter(clock: Pick<Clock, 'now'>, log: Logger): (why: string) => void {
  let unsaid = 0;
  let saidAt = Number.NEGATIVE_INFINITY;
  return (why) => {
    unsaid += 1;
    if (clock.now() - saidAt < SAY_AGAIN_MS) return;
    log.warn('Kubernetes events dropped', { dropped: unsaid, why });
    saidAt = clock.now();
    unsaid = 0;
  };
}

function namespaceOf({ subject }: Topic): string {
  return subject.namespace ?? '';
}
