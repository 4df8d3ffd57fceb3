import { randomBytes } from 'node:crypto';
import type { Incident } from '../../core/model/incident.ts';
import { type ResourceRef, resourceKey } from '../../core/model/resource.ts';
import type { Clock } from '../../core/ports.ts';
import type { Saying } from './kube-saying.ts';

/** The same words about the same object within this time are one event with a count. */
const SAME_MS = 60 * 60_000;
const MAX_TOPICS = 1_000;

/** One thing that is said about one object, however often; times in epoch milliseconds. It grows while it is known. */
export interface Topic extends Saying {
  /** The name of its event: its own, so that the same event sent twice is one. */
  readonly name: string;
  readonly subject: ResourceRef;
  readonly annotations: Readonly<Record<string, string>>;
  readonly firstAt: number;
  count: number;
  lastAt: number;
  /** The count that the API server has; 0: it has no such event. */
  written: number;
  /** When it was last sent, or tried. */
  triedAt: number;
  /** A write to come tells of it. */
  isWaiting: boolean;
}

/** What was said lately. */
export interface TopicBook {
  /** Counts what is said: a topic that is known, or a new one. */
  heard(incident: Pick<Incident, 'id' | 'subject'>, saying: Saying): Topic;
}

/** An empty book; of more than a thousand topics it forgets those that were silent longest. */
export function topicBook(clock: Pick<Clock, 'now'>): TopicBook {
  const topics = new Map<string, Topic>();
  return {
    heard(incident, saying) {
      const now = clock.now();
      const key = [incident.subject.uid ?? resourceKey(incident.subject), saying.reason, saying.note].join('\n');
      const known = topics.get(key);
      const topic = known && now - known.lastAt < SAME_MS ? known : newTopic(incident, saying, now);
      topic.count += 1;
      topic.lastAt = now;
      topics.delete(key);
      topics.set(key, topic);
      for (const oldest of topics.keys()) if (topics.size > MAX_TOPICS) topics.delete(oldest);
      return topic;
    },
  };
}

function newTopic({ id, subject }: Pick<Incident, 'id' | 'subject'>, saying: Saying, now: number): Topic {
  const start = subject.name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .slice(0, 200)
    .replace(/[^a-z0-9]+$/, '');
  return {
    ...saying,
    name: `${start}.${randomBytes(8).toString('hex')}`,
    subject,
    annotations: { 'kubemend.dev/incident': id },
    firstAt: now,
    ...{ count: 0, lastAt: now, written: 0, triedAt: Number.NEGATIVE_INFINITY, isWaiting: false },
  };
}
