import { places } from './elements.ts';
import type { RecordValues } from './record.ts';

/** How an exporter samples: one packet of so many is counted, by sampler. */
export interface Sampling {
  /** Takes a record of options; says whether it told of sampling. */
  learn(values: RecordValues): boolean;
  /** How many packets a counted one stands for. NaN asks for the only sampler. */
  rateOf(sampler: number): number;
}

/** Exporters have one, seldom a handful. */
const MOST_SAMPLERS = 16;
/** The sampler of an exporter that names none. */
const UNNAMED = -1;

/** Makes one that believes that all packets are counted. */
export function createSampling(): Sampling {
  const rates = new Map<number, number>();
  return {
    learn({ numbers }) {
      const number = (place: number) => numbers[place] ?? Number.NaN;
      const interval = number(places.samplingInterval);
      const packets = number(places.samplingPackets);
      const space = number(places.samplingSpace);
      const rate = Number.isNaN(interval) ? (packets + (Number.isNaN(space) ? 0 : space)) / packets : interval;
      if (!(rate >= 1) || rate === Number.POSITIVE_INFINITY) return false;
      const named = number(places.sampler);
      const sampler = Number.isNaN(named) ? UNNAMED : named;
      if (rates.size < MOST_SAMPLERS || rates.has(sampler)) rates.set(sampler, rate);
      return true;
    },
    rateOf(sampler) {
      const own = Number.isNaN(sampler) ? undefined : rates.get(sampler);
      return own ?? rates.get(UNNAMED) ?? 1;
    },
  };
}
