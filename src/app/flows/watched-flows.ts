import type { Observation } from '../../core/model/signal.ts';
import type { Logger, SignalSource } from '../../core/ports.ts';
import { createFlowWatch, type FlowAlarm, type FlowWatchOptions } from '../../learning/flows/flow-watch.ts';

/** Lets the flows of a source go by, and logs what their windows say. */
export function watchedFlows(source: SignalSource, log: Logger, options: Partial<FlowWatchOptions> = {}): SignalSource {
  const watch = createFlowWatch(options);
  const told = new Map<string, number>();

  /** A trouble that goes on is told once. */
  function tell(alarm: FlowAlarm): void {
    const { trouble, role, address, summary, from, until } = alarm;
    const key = `${trouble} ${role} ${address}`;
    const last = told.get(key);
    told.delete(key);
    told.set(key, until);
    const [oldest] = told.keys();
    if (told.size > MOST_TOLD && oldest !== undefined) told.delete(oldest);
    if (last === undefined || from > last) log.warn('flows look like an attack', { trouble, role, address, summary, from, until });
  }

  return {
    name: source.name,
    health() {
      const { dropped, ...health } = source.health();
      const other = watch.other();
      return { ...health, dropped: other > 0 ? { ...dropped, 'too many addresses': other } : dropped };
    },
    async *stream(signal): AsyncIterable<Observation> {
      for await (const observation of source.stream(signal)) {
        if (observation.signal === 'flow') for (const alarm of watch.add(observation)) tell(alarm);
        yield observation;
      }
    },
  };
}

/** Troubles that are remembered, so that they are not told again. */
const MOST_TOLD = 10_000;
