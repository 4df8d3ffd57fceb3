import type { Observation } from '../../core/model/signal.ts';
import type { SignalSource } from '../../core/ports.ts';
import type { FlowDesk } from './flow-desk.ts';

/** Lets the flows of a source go by, and shows them to the desk. */
export function watchedFlows(source: SignalSource, desk: Pick<FlowDesk, 'take' | 'other'>): SignalSource {
  return {
    name: source.name,
    health() {
      const { dropped, ...health } = source.health();
      const other = desk.other();
      return { ...health, dropped: other > 0 ? { ...dropped, 'too many addresses': other } : dropped };
    },
    async *stream(signal): AsyncIterable<Observation> {
      for await (const observation of source.stream(signal)) {
        if (observation.signal === 'flow') desk.take(observation);
        yield observation;
      }
    },
  };
}
