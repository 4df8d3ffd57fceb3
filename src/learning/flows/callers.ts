import { createTopCounts, KEPT, type TopCount, type TopCounts } from './top-counts.ts';

/** Counts who calls, in bounded room. */
export interface Callers {
  add(address: string): void;
  /** By the first that called, how often; exact. */
  first(): readonly number[];
  /** Those that called most: exact for the first, never too many for further ones. */
  top(): readonly TopCount[];
}

/** So many are counted one by one. */
const MOST_COUNTED = 64;

/** Counts nobody yet. */
export function createCallers(): Callers {
  const exact = new Map<string, number>();
  let further: TopCounts<string> | undefined;
  return {
    add(address) {
      const known = exact.get(address);
      if (known !== undefined || exact.size < MOST_COUNTED) {
        exact.set(address, (known ?? 0) + 1);
        return;
      }
      further ??= createTopCounts();
      further.add(address, 1);
    },
    first: () => [...exact.values()],
    top() {
      const first = [...exact].map(([name, count]) => ({ name, count }));
      return [...first, ...(further?.top() ?? [])].sort((one, other) => other.count - one.count).slice(0, KEPT);
    },
  };
}
