/** Counts what is left out since the start, by reason. */
export interface Tally {
  /** A count of 0 is not noted; a negative one takes back what was counted before, and no reason goes below 0. */
  add(reason: string, count?: number): void;
  /** Nothing happens without a reason. */
  addAny(reason: string | undefined): void;
  counts(): Readonly<Record<string, number>>;
}

/** An empty tally. Its memory is bounded by the reasons, which are constants of the code. */
export function tally(): Tally {
  const counted = new Map<string, number>();
  function add(reason: string, count = 1): void {
    if (count !== 0) counted.set(reason, Math.max(0, (counted.get(reason) ?? 0) + count));
  }
  return {
    add,
    addAny(reason) {
      if (reason !== undefined) add(reason);
    },
    counts: () => Object.fromEntries(counted),
  };
}
