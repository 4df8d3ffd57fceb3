/** One of those that count most. */
export interface TopCount<Name = string> {
  readonly name: Name;
  /** Never more than the truth; less where others had to make room. */
  readonly count: number;
}

/** Keeps those that count most, in bounded room. */
export interface TopCounts<Name> {
  add(name: Name, weight: number): void;
  /** The largest first. */
  top(): readonly TopCount<Name>[];
}

/** So many are kept: more than a person reads. */
export const KEPT = 8;

interface Held {
  count: number;
  /** How much of it may belong to those that were there before. */
  inherited: number;
}

/** Space-Saving (Metwally et al. 2005): whatever has more than one eighth of all is among them, in whichever order things come. */
export function createTopCounts<Name>(): TopCounts<Name> {
  const held = new Map<Name, Held>();
  return {
    add(name, weight) {
      const known = held.get(name);
      if (known) known.count += weight;
      else if (held.size < KEPT) held.set(name, { count: weight, inherited: 0 });
      else held.set(name, takePlace(held, weight));
    },
    top: () =>
      [...held].map(([name, { count, inherited }]) => ({ name, count: count - inherited })).sort((one, other) => other.count - one.count),
  };
}

/** The least makes room, and what it counted is taken over. */
function takePlace<Name>(held: Map<Name, Held>, weight: number): Held {
  let count = Number.POSITIVE_INFINITY;
  for (const one of held.values()) count = Math.min(count, one.count);
  for (const [name, one] of held) {
    if (one.count !== count) continue;
    held.delete(name);
    break;
  }
  return { count: count + weight, inherited: count };
}
