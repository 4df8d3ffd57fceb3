import type { Reading } from '../model/reading.ts';
import { resourceKey } from '../model/resource.ts';
import type { SeriesSubject } from '../model/samples.ts';
import type { Follower } from './follower.ts';
import type { SlotTable } from './slot-table.ts';

/** One detector's word about the series of one metric. */
export interface Voice {
  readonly metric: string;
  readonly table: SlotTable;
  readonly follower: Follower;
}

/**
 * What the monitors say now: a reading for every series that fires, and per detector and object one more, of the series that was
 * found quiet last. A series of which nothing can be said yet has none. An instant is that of the last sample that had a score.
 * Made piece by piece; worth nothing when a monitor was fed in between.
 */
export function* readingsOf(voices: readonly Voice[]): Generator<void, Reading[]> {
  const readings: Reading[] = [];
  const quiet = new Map<string, Map<string, Place>>();
  for (const voice of voices) {
    const { name } = voice.follower.detector;
    const newest = quiet.get(name) ?? new Map<string, Place>();
    quiet.set(name, newest);
    yield hear(voice, newest, readings);
  }
  for (const places of quiet.values()) {
    for (const place of places.values()) readings.push(readingOf(place, false));
    yield;
  }
  return readings;
}

interface Place {
  readonly voice: Voice;
  readonly subject: SeriesSubject;
  readonly slot: number;
  readonly at: number;
}

/** Adds what fires to the readings, and keeps the newest quiet place of each object. */
function hear(voice: Voice, newest: Map<string, Place>, readings: Reading[]): void {
  const { follower, table } = voice;
  const { firing } = follower.monitor;
  for (let slot = 0; slot < table.capacity; slot += 1) {
    const at = follower.saidAt(slot);
    const subject = Number.isNaN(at) ? undefined : table.subjectAt(slot);
    if (!subject) continue;
    if (firing[slot] === 1) {
      readings.push(readingOf({ voice, subject, slot, at }, true));
      continue;
    }
    const key = subject.ref.uid ?? resourceKey(subject.ref);
    const known = newest.get(key);
    if (!known || known.at < at) newest.set(key, { voice, subject, slot, at });
  }
}

function readingOf({ voice, subject, slot, at }: Place, firing: boolean): Reading {
  const { detector, describe, saidScore } = voice.follower;
  const { ref, part } = subject;
  const score = Math.max(0, saidScore(slot));
  const outlook = voice.follower.outlook(slot);
  const series = part === undefined ? voice.metric : `${voice.metric}#${part}`;
  return {
    signal: 'reading',
    id: `reading:${detector.name}:${ref.uid ?? resourceKey(ref)}:${series}:${at}`,
    subject: ref,
    at,
    detector: detector.name,
    metric: voice.metric,
    ...(part !== undefined && { part }),
    firing,
    score: score === Number.POSITIVE_INFINITY ? 1 : score / (1 + score),
    summary: firing ? describe(slot) : `${series} is as usual`,
    ...(outlook && { outlook }),
  };
}
