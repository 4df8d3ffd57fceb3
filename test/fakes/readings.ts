import type { KubeObject } from '../../src/core/model/objects.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import type { Timeline } from '../../src/core/model/timeline.ts';
import { NOON } from './object-meta.ts';

/** What a detector says about an object at noon; it fires unless told otherwise. */
export function reading(about: KubeObject, given: Partial<Reading> & Pick<Reading, 'detector'>): Reading {
  return {
    ...{ signal: 'reading', id: `reading:${given.detector}`, subject: about.meta.ref, at: NOON, metric: 'flows', firing: true },
    ...{ score: 0.6, summary: '300 calls from 20 sources' },
    ...given,
  };
}

/** The timeline of an object at noon, with what is said about it. */
export function timelineWith(about: KubeObject, ...readings: readonly Reading[]): Timeline {
  const state = { signal: 'object' as const, id: 'state', subject: about.meta.ref, at: NOON, object: about };
  return { subject: about.meta.ref, now: NOON, signals: [state, ...readings], blindFor: [] };
}
