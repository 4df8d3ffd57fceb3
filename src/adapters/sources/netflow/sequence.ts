/** What a sequence number says: how many units are missing before it (negative: as many came late after all), or that the exporter began anew. */
export type SequenceNews = { readonly missing: number } | 'restarted';

/** What a message holds of that which its exporter counts. */
export interface Counted {
  /** Flows, records, or 1 for a message. */
  readonly units: number;
  /** Further ones, which exporters may or may not count: records of options. */
  readonly extra?: number;
}

/** Follows the sequence numbers of one exporter and domain. */
export interface Sequence {
  /** Takes the number of a message; undefined when nobody can say what it holds: then the next number is taken as it comes. */
  take(number: number, counted: Counted | undefined): SequenceNews;
}

/** Further back than that is a restart, and no message that was overtaken. */
const LATEST = 10_000;

/**
 * Begins with whatever number comes first. The number should count what was sent before the message, records of options included (RFC
 * 7011, section 3.1), but some exporters (softflowd) count the message itself, and no options: which of the two is seen from the numbers.
 */
export function createSequence(): Sequence {
  let last: { readonly number: number; readonly counted: Counted | undefined } | undefined;
  let countsItself = false;

  function aheadOf(number: number, counted: Counted | undefined): number {
    if (last?.counted === undefined || counted === undefined) return 0;
    const step = (number - last.number) | 0;
    const before = beyond(step, last.counted);
    const itself = beyond(step, counted);
    if (before !== itself && (before === 0 || itself === 0)) countsItself = itself === 0;
    return countsItself ? itself : before;
  }

  return {
    take(number, counted) {
      const ahead = aheadOf(number, counted);
      if (ahead < 0 && ahead >= -LATEST) return { missing: -(counted?.units ?? 0) };
      last = { number, counted };
      return ahead < 0 ? 'restarted' : { missing: ahead };
    },
  };
}

/** How far a step goes beyond what was counted; 0 also when it stays within what may be counted. */
function beyond(step: number, { units, extra = 0 }: Counted): number {
  return step - Math.min(Math.max(step, units), units + extra);
}
