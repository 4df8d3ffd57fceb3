/** Counts how many different things were seen, in bounded room. */
export interface DistinctCount {
  add(thing: string): void;
  /** Exact for few; above `EXACT` within some 7 % (one standard error). */
  count(): number;
}

/** Up to so many are kept one by one. */
export const EXACT = 64;
/** 2^8 registers: a standard error of 1.04 / 16. */
const BITS = 8;
const REGISTERS = 1 << BITS;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** Keeps few exactly, and many as HyperLogLog does (Flajolet et al. 2007): at most 64 numbers or 256 bytes. */
export function createDistinctCount(): DistinctCount {
  let exact: Set<number> | undefined = new Set();
  let registers: Uint8Array | undefined;

  return {
    add(thing) {
      const hash = hashOf(thing);
      if (registers) return keep(registers, hash);
      exact?.add(hash);
      if (exact === undefined || exact.size <= EXACT) return undefined;
      registers = new Uint8Array(REGISTERS);
      for (const one of exact) keep(registers, one);
      exact = undefined;
      return undefined;
    },
    count: () => (registers ? estimate(registers) : (exact?.size ?? 0)),
  };
}

function keep(registers: Uint8Array, hash: number): void {
  const register = hash & (REGISTERS - 1);
  const rank = Math.clz32(hash >>> BITS) - BITS + 1;
  if (rank > (registers[register] ?? 0)) registers[register] = rank;
}

/** Small numbers by the share of empty registers, as in the paper. */
function estimate(registers: Uint8Array): number {
  let sum = 0;
  let empty = 0;
  for (const rank of registers) {
    sum += 2 ** -rank;
    if (rank === 0) empty++;
  }
  const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
  return raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw;
}

/** FNV-1a, mixed once more so that all bits depend on all characters (as MurmurHash3 ends). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
