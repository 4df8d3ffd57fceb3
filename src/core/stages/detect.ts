import type { Detection, Evidence, Finding } from '../model/finding.ts';
import type { KubeObject } from '../model/objects.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Detector } from '../plugins.ts';
import type { ClusterView } from '../view.ts';

/** One detector's answer about one subject. */
export interface Sighting {
  readonly detector: string;
  readonly subject: ResourceRef;
  readonly detection: Detection;
}

/** Asks every detector about every object that it watches and returns what fires. */
export function detect(view: ClusterView, detectors: readonly Detector[]): Finding[] {
  const subjects = new Set(detectors.flatMap((detector) => detector.watches));
  return [...subjects].flatMap((kind) => view.ofKind(kind)).flatMap((object) => findingsOf(view, object, detectors));
}

/** Asks the detectors about one subject and all that it owns, with every answer. */
export function examine(view: ClusterView, subject: ResourceRef, detectors: readonly Detector[]): Sighting[] {
  const self = view.get(subject);
  return (self ? [self, ...view.ownedBy(subject)] : []).flatMap((object) => ask(view.timelineOf(object.meta.ref), object, detectors));
}

function findingsOf(view: ClusterView, object: KubeObject, detectors: readonly Detector[]): Finding[] {
  const timeline = view.timelineOf(object.meta.ref);
  return ask(timeline, object, detectors).flatMap(({ detector, subject, detection }) =>
    detection.is === 'firing'
      ? [
          {
            detector,
            subject,
            summary: detection.summary,
            score: detection.score,
            evidence: evidenceIn(timeline, detection.evidence),
            since: view.at,
            at: view.at,
          },
        ]
      : [],
  );
}

function ask(timeline: Timeline, object: KubeObject, detectors: readonly Detector[]): Sighting[] {
  return detectors
    .filter((detector) => detector.watches.includes(object.kind))
    .map((detector) => ({ detector: detector.name, subject: object.meta.ref, detection: answerOf(detector, timeline, object) }));
}

/** A detector that breaks, or that must see what we are blind for, has not said that all is well: its answer is unknown. */
function answerOf(detector: Detector, timeline: Timeline, object: KubeObject): Detection {
  const blind = [object.kind, ...detector.needs].filter((kind) => timeline.blindFor.includes(kind));
  if (blind.length > 0) return { is: 'unknown', why: `no fresh view of ${blind.join(', ')}` };
  try {
    return detector.detect(timeline);
  } catch (error) {
    return { is: 'unknown', why: `${detector.name} broke: ${String(error)}` };
  }
}

function evidenceIn(timeline: Timeline, ids: readonly string[]): Evidence[] {
  const wanted = new Set(ids);
  return timeline.signals
    .filter((signal) => wanted.has(signal.id))
    .map((signal) => ({
      id: signal.id,
      at: signal.at,
      source: signal.signal === 'object' ? `watch:${signal.object.kind}` : signal.signal,
    }));
}
