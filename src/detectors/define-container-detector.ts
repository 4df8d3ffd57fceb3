import type { Detection } from '../core/model/finding.ts';
import type { Container, Pod } from '../core/model/objects.ts';
import { resourceName } from '../core/model/resource.ts';
import { evidenceOf, type Timeline } from '../core/model/timeline.ts';
import type { Detector } from '../core/plugins.ts';
import { defineStateDetector, firing, quiet, unknown } from './define-state-detector.ts';

/** What a detector sees in one container; `evidence` names signals beyond the pod's own state. */
export type Sign =
  | { readonly is: 'firing'; readonly words: string; readonly score: number; readonly evidence?: readonly string[] }
  | { readonly is: 'unknown'; readonly why: string };

/** Where a container stands. */
export interface Place {
  readonly pod: Pod;
  readonly timeline: Timeline;
}

/**
 * A detector of pods that looks at their containers, of whatever role, one by one. A pod that is being deleted, has succeeded or (unless
 * `looksAtFailedPods`) failed is quiet: its containers do not come back. A container that the kubelet has not reported is unknown.
 */
export function defineContainerDetector(detector: {
  readonly name: string;
  readonly looksAtFailedPods?: true;
  /** Set when events are the proof: then, without them in view, it cannot say that all is well. */
  readonly needsEvents?: true;
  look(container: Container, place: Place): Sign | undefined;
}): Detector {
  return defineStateDetector({
    name: detector.name,
    watches: ['Pod'],
    needs: detector.needsEvents ? ['Event'] : [],
    detect(pod, timeline) {
      if (pod.meta.deletedAt !== undefined || pod.phase === 'Succeeded' || pod.nodeName === undefined) return quiet;
      if (pod.phase === 'Failed' && !detector.looksAtFailedPods) return quiet;
      if (pod.phase === 'Unknown') return unknown('the state of the pod is unknown');
      return worst(
        pod,
        pod.containers.flatMap((container) => detector.look(container, { pod, timeline }) ?? unreported(container)),
      );
    },
  });
}

function unreported(container: Container): Sign[] {
  return container.state.is === 'unknown' ? [{ is: 'unknown', why: `the kubelet has not reported container ${container.name}` }] : [];
}

function worst(pod: Pod, signs: readonly Sign[]): Detection {
  const fires = signs.filter((sign) => sign.is === 'firing');
  if (fires.length > 0) {
    const words = fires.map((sign) => sign.words).join('; ');
    const score = Math.max(...fires.map((sign) => sign.score));
    return firing(`${resourceName(pod.meta.ref)}: ${words}`, score, [evidenceOf(pod), ...fires.flatMap((sign) => sign.evidence ?? [])]);
  }
  const unclear = signs.find((sign) => sign.is === 'unknown');
  return unclear ? unknown(unclear.why) : quiet;
}
