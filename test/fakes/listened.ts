import { setTimeout as delay } from 'node:timers/promises';
import type { Observation } from '../../src/core/model/signal.ts';
import type { SignalSource } from '../../src/core/ports.ts';

/** A source that is being streamed, with all that it yielded so far. */
export interface Listened {
  readonly heard: readonly Observation[];
  /** What was heard of one kind. */
  of<Name extends Observation['signal']>(signal: Name): readonly Extract<Observation, { readonly signal: Name }>[];
  /** Waits until the condition holds; rejects after ten seconds with what the source says of itself. */
  until(condition: () => boolean): Promise<void>;
  /** Ends the stream and waits for its end, whose failure it throws. */
  stop(): Promise<void>;
}

/** Streams a source in the background. */
export function listenTo(source: SignalSource): Listened {
  const ending = new AbortController();
  const heard: Observation[] = [];
  let failure: unknown;
  const ended = (async () => {
    try {
      for await (const observation of source.stream(ending.signal)) heard.push(observation);
    } catch (error) {
      failure = error ?? new Error('the stream failed');
    }
  })();
  async function until(condition: () => boolean): Promise<void> {
    for (let waits = 0; waits < 1_000; waits += 1) {
      if (condition()) return;
      if (failure !== undefined) throw failure;
      await delay(10);
    }
    throw new Error(`nothing more came: ${JSON.stringify(source.health())}`);
  }
  return {
    heard,
    of: <Name extends Observation['signal']>(signal: Name) =>
      heard.filter((one): one is Extract<Observation, { readonly signal: Name }> => one.signal === signal),
    until,
    async stop() {
      ending.abort();
      await ended;
      if (failure !== undefined) throw failure;
    },
  };
}
