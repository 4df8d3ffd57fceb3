/** Counts what was left out, by reason. */
export interface Tally {
  /** A negative count takes back what was counted before; no reason goes below 0. */
  add(reason: string, count?: number): void;
  readonly counts: Readonly<Record<string, number>>;
}

/** Makes one that has counted nothing. */
export function createTally(): Tally {
  const counts: Record<string, number> = {};
  return {
    counts,
    add(reason, count = 1) {
      if (count !== 0) counts[reason] = Math.max(0, (counts[reason] ?? 0) + count);
    },
  };
}
