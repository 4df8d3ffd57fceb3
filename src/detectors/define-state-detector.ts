import type { Detection } from '../core/model/finding.ts';
import type { Kind, KubeObject, ObjectOf, Watched } from '../core/model/objects.ts';
import type { Reading } from '../core/model/reading.ts';
import { subjectOf, type Timeline } from '../core/model/timeline.ts';
import type { Detector } from '../core/plugins.ts';

/** Ties a detector to the kinds that it watches, so that it is handed its subject as such. A subject that is not in view is unknown. */
export function defineStateDetector<K extends Kind>(detector: {
  readonly name: string;
  readonly watches: readonly K[];
  readonly needs: readonly Watched[];
  readonly isHearsay?: true;
  readonly isHint?: boolean;
  detect(subject: ObjectOf<K>, timeline: Timeline): Detection;
}): Detector {
  const watched: readonly Kind[] = detector.watches;
  const isWatched = (object: KubeObject): object is ObjectOf<K> => watched.includes(object.kind);
  return {
    name: detector.name,
    watches: watched,
    needs: detector.needs,
    ...(detector.isHearsay && { isHearsay: detector.isHearsay }),
    ...(detector.isHint && { isHint: true }),
    detect(timeline) {
      const subject = subjectOf(timeline);
      if (!subject) return unknown(`${timeline.subject.kind} ${timeline.subject.name} is not in view`);
      if (!isWatched(subject)) return unknown(`${detector.name} does not watch the kind ${subject.kind}`);
      return detector.detect(subject, timeline);
    },
  };
}

/** The answer that nothing is wrong of the kind that was asked for. */
export const quiet: Detection = { is: 'quiet' };

/** The answer that nobody can say yet, and why. */
export function unknown(why: string): Detection {
  return { is: 'unknown', why };
}

/** The answer that it is there. `score` is 0 to 1; evidence ids that are named twice count once. */
export function firing(summary: string, score: number, evidence: readonly string[]): Detection {
  return { is: 'firing', summary, score: Math.min(1, Math.max(0, score)), evidence: [...new Set(evidence)] };
}

/** The answer that rests on readings, one at least: as sure as the surest of them. */
export function firingBy(summary: string, readings: readonly Pick<Reading, 'id' | 'score'>[]): Detection {
  return firing(
    summary,
    Math.max(...readings.map(({ score }) => score)),
    readings.map(({ id }) => id),
  );
}
