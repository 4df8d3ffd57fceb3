import type { Observation } from '../../../core/model/signal.ts';
import { type BoundedQueue, boundedQueue } from '../bounded-queue.ts';

/** What was received and not yet yielded, in order; a block of samples counts as many as it has values. */
export type ObservationQueue = BoundedQueue<Observation>;

/** A queue that is full at so many lines, samples, flows or statistics. */
export function observationQueue(maxQueued: number): ObservationQueue {
  return boundedQueue(maxQueued, weightOf);
}

function weightOf(observation: Observation): number {
  return observation.signal === 'samples' ? observation.subjects.length : 1;
}
