import { widened, widenedMarks } from './widened.ts';

/** What thresholds depend on. */
export interface EpisodeOptions {
  /** So many episodes by sample may reach the threshold. */
  readonly alarmsPerSample: number;
  /** After so many samples a past episode counts half. */
  readonly halfLife: number;
  /** No threshold is lower. */
  readonly floor: number;
  /** Nor lower than this for a series with fewer than `atLeast` samples. */
  readonly prior: number;
  readonly atLeast: number;
}

/** For each of many slots the oddness that its own past reached no more often than the budget of alarms allows. */
export interface EpisodeThresholds {
  add(slot: number, oddness: number): void;
  value(slot: number): number;
  forget(slot: number): void;
  grow(slots: number): void;
}

/** Below this a sample is part of no episode. */
const BEGINS = 1;
/** An episode is over after so many samples below that. */
const GAP = 5;
/** Bins of a quarter octave, from 1 to 1,024. */
const BINS = 40;
const PER_OCTAVE = 4;
/** Thresholds move slowly: they are read from the bins only so often. */
const EVERY = 16;
/** Weights grow instead of the past fading; beyond this all are scaled down. */
const HEAVIEST = 2 ** 40;

/**
 * Thresholds from a fading histogram of the peaks of each series' own odd episodes (peaks over a threshold, declustered by runs: Leadbetter
 * 1991): what counts is how often it would have alarmed, not how many samples were odd.
 */
export function createEpisodeThresholds(slots: number, options: EpisodeOptions): EpisodeThresholds {
  const fading = 2 ** (-1 / options.halfLife);
  let bins = new Float64Array(slots * BINS);
  let weights = new Float64Array(slots).fill(1);
  let counts = new Float64Array(slots);
  let thresholds = new Float64Array(slots).fill(options.prior);
  let peaks = new Float64Array(slots);
  let gaps = new Uint8Array(slots);

  function lighten(slot: number): void {
    const weight = weights[slot] ?? 1;
    for (let bin = slot * BINS; bin < (slot + 1) * BINS; bin++) bins[bin] = (bins[bin] ?? 0) / weight;
    weights[slot] = 1;
  }

  /** One more ordinary sample behind an episode: when there are enough of them its peak is noted. */
  function wait(slot: number): void {
    const gap = (gaps[slot] ?? 0) + 1;
    gaps[slot] = gap;
    if (gap <= GAP) return;
    const bin = Math.min(BINS - 1, Math.floor(Math.log2(peaks[slot] ?? BEGINS) * PER_OCTAVE));
    const held = slot * BINS + bin;
    bins[held] = (bins[held] ?? 0) + (weights[slot] ?? 1);
    peaks[slot] = 0;
  }

  function read(slot: number): number {
    const remembered = (1 - fading ** (counts[slot] ?? 0)) / (1 - fading);
    let allowed = options.alarmsPerSample * remembered * (weights[slot] ?? 1);
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const held = bins[slot * BINS + bin] ?? 0;
      if (held > allowed) return 2 ** ((bin + 1 - allowed / held) / PER_OCTAVE);
      allowed -= held;
    }
    return 0;
  }

  return {
    add(slot, oddness) {
      const weight = (weights[slot] ?? 1) / fading;
      weights[slot] = weight;
      if (oddness >= BEGINS) {
        peaks[slot] = Math.max(peaks[slot] ?? 0, oddness);
        gaps[slot] = 0;
      } else if ((peaks[slot] ?? 0) > 0) wait(slot);
      if (weight > HEAVIEST) lighten(slot);
      const count = (counts[slot] ?? 0) + 1;
      counts[slot] = count;
      if (count % EVERY === 0) thresholds[slot] = Math.max(read(slot), count < options.atLeast ? options.prior : options.floor);
    },
    value: (slot) => thresholds[slot] ?? options.prior,
    forget(slot) {
      bins.fill(0, slot * BINS, (slot + 1) * BINS);
      weights[slot] = 1;
      for (const column of [counts, peaks, gaps]) column[slot] = 0;
      thresholds[slot] = options.prior;
    },
    grow(wanted) {
      const held = weights.length;
      bins = widened(bins, wanted * BINS);
      weights = widened(weights, wanted).fill(1, held);
      counts = widened(counts, wanted);
      thresholds = widened(thresholds, wanted).fill(options.prior, held);
      peaks = widened(peaks, wanted);
      gaps = widenedMarks(gaps, wanted);
    },
  };
}
