import type { Tally } from '../tally.ts';
import { createRecentMap } from './recent-map.ts';
import { createSampling, type Sampling } from './sampling.ts';
import { createSequence, type Sequence } from './sequence.ts';

/** What is known of one exporter's domain. */
export interface Domain {
  readonly key: string;
  readonly sequence: Sequence;
  readonly sampling: Sampling;
  /** When the exporter started, where an option tells it, epoch milliseconds. */
  bootMs: number | undefined;
  /** Of its last message. */
  uptimeMs: number | undefined;
  /** The exporter's clock minus ours, at its last message. */
  clockOffsetMs: number;
}

/** The domains that were heard of, in bounded room. */
export interface Domains {
  /** Made when it is new. */
  of(key: string): Domain;
  all(): readonly Domain[];
}

/** Makes an empty memory for so many domains; the one that was silent for longest goes first. */
export function createDomains(most: number, tally: Tally): Domains {
  const domains = createRecentMap<Domain>(most, () => tally.add('too many exporters'));
  return {
    of(key) {
      const known = domains.get(key);
      if (known) return known;
      const made = {
        key,
        sequence: createSequence(),
        sampling: createSampling(),
        bootMs: undefined,
        uptimeMs: undefined,
        clockOffsetMs: 0,
      };
      domains.set(key, made);
      return made;
    },
    all: () => [...domains.entries()].map(([, domain]) => domain),
  };
}
