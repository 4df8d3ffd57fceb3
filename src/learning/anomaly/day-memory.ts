const DAY_MS = 86_400_000;
const DAYS = 3;
const BLOCK_MS = 300_000;

/** What each of many slots showed at this time of the last three days. */
export interface DayMemory {
  /** Moves on to an instant; call it before any slot is asked or told. */
  advance(at: number): void;
  /** The median of the same time of the last three days; NaN unless all three are known. */
  usual(slot: number): number;
  add(slot: number, value: number): void;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Remembers means of five minutes (or of one step, when that is longer), and reads between them. */
export function createDayMemory(slots: number, stepMs: number): DayMemory {
  const blockMs = Math.max(BLOCK_MS, stepMs);
  const kept = Math.ceil((DAYS * DAY_MS) / blockMs) + 3;
  let blocks = new Float32Array(slots * kept).fill(Number.NaN);
  let sums = new Float64Array(slots);
  let counts = new Uint16Array(slots);
  let now = 0;
  let block: number | undefined;

  /** Ends the block that all slots were in, and leaves those in between unknown. */
  function close(from: number, to: number): void {
    for (let slot = 0; slot < sums.length; slot++) {
      blocks[slot * kept + (from % kept)] = (sums[slot] ?? 0) / (counts[slot] ?? 0);
      for (let skipped = from + 1; skipped < Math.min(to, from + kept); skipped++) blocks[slot * kept + (skipped % kept)] = Number.NaN;
    }
    sums.fill(0);
    counts.fill(0);
  }

  function daysAgo(slot: number, days: number): number {
    const place = (now - days * DAY_MS) / blockMs;
    const left = Math.floor(place);
    if (left < 0) return Number.NaN;
    const before = blocks[slot * kept + (left % kept)] ?? Number.NaN;
    const after = blocks[slot * kept + ((left + 1) % kept)] ?? Number.NaN;
    const share = place - left;
    return share < 1e-9 ? before : before * (1 - share) + after * share;
  }

  return {
    advance(at) {
      // Blocks are known by their middle, samples by the middle of their step.
      const middle = at + stepMs / 2;
      now = middle - blockMs / 2;
      const next = Math.floor(middle / blockMs);
      if (block !== undefined && next > block) close(block, next);
      block = Math.max(block ?? next, next);
    },
    usual(slot) {
      const [one, two, three] = [daysAgo(slot, 1), daysAgo(slot, 2), daysAgo(slot, 3)];
      return Math.max(Math.min(one, two), Math.min(Math.max(one, two), three));
    },
    add(slot, value) {
      sums[slot] = (sums[slot] ?? 0) + value;
      counts[slot] = (counts[slot] ?? 0) + 1;
    },
    forget(slot) {
      blocks.fill(Number.NaN, slot * kept, (slot + 1) * kept);
      sums[slot] = 0;
      counts[slot] = 0;
    },
    grow(wanted) {
      const [oldBlocks, oldSums, oldCounts] = [blocks, sums, counts];
      blocks = new Float32Array(wanted * kept).fill(Number.NaN);
      blocks.set(oldBlocks);
      sums = new Float64Array(wanted);
      sums.set(oldSums);
      counts = new Uint16Array(wanted);
      counts.set(oldCounts);
    },
  };
}
