import type { Observation } from '../../../core/model/signal.ts';

/** What was received and not yet yielded, in order; a block of samples counts as many as it has values. */
export interface ObservationQueue {
  /** Whether senders should be sent away for now. What a request that was let in brings is still taken. */
  isFull(): boolean;
  push(observation: Observation): void;
  /** Yields until the signal is aborted, and then forgets what is left. */
  drain(signal: AbortSignal): AsyncGenerator<Observation, void, undefined>;
}

/** A queue that is full at so many lines, samples, flows or statistics. */
export function observationQueue(maxQueued: number): ObservationQueue {
  let waiting: Observation[] = [];
  let weight = 0;
  let wake = () => {};

  async function* drain(signal: AbortSignal): AsyncGenerator<Observation, void, undefined> {
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const batch = waiting;
        waiting = [];
        for (const observation of batch) {
          weight -= weightOf(observation);
          yield observation;
          if (signal.aborted) return;
        }
        if (waiting.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      waiting = [];
      weight = 0;
    }
  }
  return {
    isFull: () => weight >= maxQueued,
    push(observation) {
      waiting.push(observation);
      weight += weightOf(observation);
      wake();
    },
    drain,
  };
}

function weightOf(observation: Observation): number {
  return observation.signal === 'samples' ? observation.subjects.length : 1;
}
