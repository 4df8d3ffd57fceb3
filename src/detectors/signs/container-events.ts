import type { Container } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import { eventsAbout } from '../../core/model/timeline.ts';
import type { Place } from '../define-container-detector.ts';

/** The events of these reasons about one container of a pod, oldest first: the kubelet names it in the event's field path. */
export function containerEvents(container: Container, { pod, timeline }: Place, reasons: readonly string[]): ClusterEvent[] {
  return eventsAbout(timeline, pod.meta.ref).filter(
    (event) => reasons.includes(event.reason) && event.fieldPath?.endsWith(`{${container.name}}`) === true,
  );
}
