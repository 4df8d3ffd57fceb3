import { widened } from './widened.ts';

/** What thresholds depend on. */
export interface TailOptions {
  /** The share of a series' own past that lies below its threshold. */
  readonly share: number;
  /** After so many samples a past sample counts half. */
  readonly halfLife: number;
  /** No threshold is lower. */
  readonly floor: number;
  /** The threshold of a series with fewer than `atLeast` samples. */
  readonly prior: number;
  readonly atLeast: number;
}

/** For each of many slots the oddness above which it is unusual for that very series. */
export interface TailThresholds {
  add(slot: number, oddness: number): void;
  value(slot: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Bins of a quarter octave, from a half to a thousand. */
const BINS = 44;
const PER_OCTAVE = 4;
const LOWEST = -1;
/** Thresholds move slowly: they are read from the bins only so often. */
const EVERY = 16;
/** Weights grow instead of the past fading; beyond this all are scaled down. */
const HEAVIEST = 2 ** 40;

/** Thresholds from a fading histogram of each series' own past: the tail of the past decides, not a fixed figure alone. */
export function createTailThresholds(slots: number, options: TailOptions): TailThresholds {
  const growth = 2 ** (1 / options.halfLife);
  let bins = new Float64Array(slots * BINS);
  let weights = new Float64Array(slots).fill(1);
  let counts = new Float64Array(slots);
  let thresholds = new Float64Array(slots).fill(options.prior);

  function lighten(slot: number): void {
    const weight = weights[slot] ?? 1;
    for (let bin = slot * BINS; bin < (slot + 1) * BINS; bin++) bins[bin] = (bins[bin] ?? 0) / weight;
    weights[slot] = 1;
  }

  function read(slot: number): number {
    let total = 0;
    for (let bin = slot * BINS; bin < (slot + 1) * BINS; bin++) total += bins[bin] ?? 0;
    let above = (1 - options.share) * total;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const held = bins[slot * BINS + bin] ?? 0;
      if (held >= above) return Math.max(options.floor, 2 ** (LOWEST + (bin + 1 - above / held) / PER_OCTAVE));
      above -= held;
    }
    return options.floor;
  }

  return {
    add(slot, oddness) {
      const bin = Math.floor((Math.log2(oddness) - LOWEST) * PER_OCTAVE);
      const held = slot * BINS + Math.max(0, Math.min(BINS - 1, bin));
      const weight = weights[slot] ?? 1;
      bins[held] = (bins[held] ?? 0) + weight;
      weights[slot] = weight * growth;
      if (weight > HEAVIEST) lighten(slot);
      const count = (counts[slot] ?? 0) + 1;
      counts[slot] = count;
      if (count >= options.atLeast && count % EVERY === 0) thresholds[slot] = read(slot);
    },
    value: (slot) => thresholds[slot] ?? options.prior,
    forget(slot) {
      bins.fill(0, slot * BINS, (slot + 1) * BINS);
      weights[slot] = 1;
      counts[slot] = 0;
      thresholds[slot] = options.prior;
    },
    grow(wanted) {
      const held = weights.length;
      bins = widened(bins, wanted * BINS);
      weights = widened(weights, wanted).fill(1, held);
      counts = widened(counts, wanted);
      thresholds = widened(thresholds, wanted).fill(options.prior, held);
    },
  };
}
