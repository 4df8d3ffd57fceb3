/** At which grain a trend is looked at, and how far it may be drawn on. */
export interface TrendScale {
  /** Samples of so long are taken together, by their median. */
  readonly blockMs: number;
  /** How far ahead it says anything. */
  readonly leadMs: number;
}

/** A trend that all signs agree on, in units of the series per millisecond. */
export interface Trend {
  /** The slope at the slow and at the fast end of its interval. */
  readonly slow: number;
  readonly fast: number;
  /** How much further it rises in all if it goes on slowing down as it does, in units of the series; infinite where it does not. */
  readonly rest: number;
}

/** All constants of trends. */
export const trendDefaults = {
  /** So many blocks are looked at, and at least so many are needed. */
  blocks: 8,
  enough: 5,
  /** Of all pairs of blocks so many must rise. */
  rising: 0.9,
  /** The interval of the slope: these shares of the slopes between all pairs of blocks lie below its ends. */
  slow: 0.25,
  fast: 0.75,
  /**
   * What levels off is no leak: so many of the newest blocks must still rise at least this share of the slow slope, and are its slow end
   * if they rise more slowly.
   */
  newest: 3,
  still: 0.5,
  /** The rise must be so many times what the blocks scatter about the line. */
  overScatter: 3,
} as const;

/** Follows the trend of one series over its last blocks. */
export interface BlockTrend {
  take(at: number, value: number): void;
  /** Undefined while the signs do not agree. */
  trend(): Trend | undefined;
  /** Forgets all: what comes is another life of the series. */
  restart(): void;
}

interface Block {
  readonly at: number;
  readonly value: number;
}

/**
 * A robust trend (Theil 1950, Sen 1968) over medians of blocks; it rises only when several signs say so. A gap of two blocks starts it
 * anew. Blocks begin `offsetMs` later than at full multiples: when many series are followed not all of theirs should end at once.
 */
export function blockTrend(blockMs: number, offsetMs = 0): BlockTrend {
  const d = trendDefaults;
  let blocks: Block[] = [];
  let open: { at: number; values: number[] } | undefined;
  let found: Trend | undefined;
  let isKnown = false;

  function close({ at, values }: { readonly at: number; readonly values: readonly number[] }): void {
    const sorted = values.toSorted((one, other) => one - other);
    const value = sorted[sorted.length >> 1];
    if (value === undefined) return;
    if (at - (blocks.at(-1)?.at ?? at) > 2 * blockMs) blocks = [];
    blocks = [...blocks, { at, value }].slice(-d.blocks);
    isKnown = false;
  }
  return {
    take(at, value) {
      const start = Math.floor((at - offsetMs) / blockMs) * blockMs;
      if (open && open.at !== start) {
        close(open);
        open = undefined;
      }
      open ??= { at: start, values: [] };
      open.values.push(value);
    },
    trend() {
      if (!isKnown) found = blocks.length < d.enough ? undefined : trendOf(blocks);
      isKnown = true;
      return found;
    },
    restart() {
      blocks = [];
      open = undefined;
      isKnown = false;
    },
  };
}

function trendOf(blocks: readonly Block[]): Trend | undefined {
  const d = trendDefaults;
  const slopes = slopesOf(blocks);
  const rising = slopes.filter((slope) => slope > 0).length / slopes.length;
  const [slow, middle, fast] = [d.slow, 0.5, d.fast].map((share) => slopes[Math.floor(share * (slopes.length - 1))] ?? 0);
  if (rising < d.rising || slow === undefined || middle === undefined || fast === undefined || slow <= 0) return undefined;
  const newest = slopesOf(blocks.slice(-d.newest))[1] ?? 0;
  if (newest < d.still * slow) return undefined;
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last || last.value - first.value < d.overScatter * scatterOf(blocks, middle)) return undefined;
  return { slow: Math.min(slow, newest), fast: Math.max(newest, fast), rest: restOf(blocks) };
}

/** The sum of what is to come when each half of the window rises by the same share of the half before. */
function restOf(blocks: readonly Block[]): number {
  const half = (blocks.length - 1) >> 1;
  const [first, middle, last] = [-1 - 2 * half, -1 - half, -1].map((at) => blocks.at(at)?.value ?? 0);
  const [before, after] = [(middle ?? 0) - (first ?? 0), (last ?? 0) - (middle ?? 0)];
  const ratio = after / before;
  return ratio < 1 ? (after * ratio) / (1 - ratio) : Number.POSITIVE_INFINITY;
}

/** The slopes between all pairs, sorted. */
function slopesOf(blocks: readonly Block[]): readonly number[] {
  return blocks
    .flatMap((one, n) => blocks.slice(n + 1).map((other) => (other.value - one.value) / (other.at - one.at)))
    .toSorted((one, other) => one - other);
}

/** The median distance of the blocks from the line. */
function scatterOf(blocks: readonly Block[], slope: number): number {
  const rests = blocks.map(({ at, value }) => value - slope * (at - (blocks[0]?.at ?? at)));
  const middle = medianOf(rests);
  return medianOf(rests.map((rest) => Math.abs(rest - middle)));
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
