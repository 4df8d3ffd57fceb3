import { type Span, spansOf } from './event-f1.ts';

const RANKS = 250;

/** How samples are ordered by score: for 250 thresholds, how many are predicted, and which is the first that a sample reaches. */
interface Ranking {
  readonly predicted: Float64Array;
  readonly first: Uint8Array;
}

/**
 * Volume under the surface of precision and recall (Paparrizos et al., VLDB 2022, as TSB-AD computes it): the mean, over buffers of 0 to
 * `longest` samples around each event, of the area under the curve with soft labels. NaN without an event; a NaN score counts as the lowest.
 */
export function vusPr(scores: Float64Array, labels: Uint8Array, longest: number): number {
  const events = spansOf(labels);
  if (events.length === 0) return Number.NaN;
  const ranking = rankingOf(scores.map((score) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score)));
  const around = merged(events, Math.floor(longest / 2), labels.length - 1);
  const soft = new Float64Array(labels.length);
  let sum = 0;
  for (let width = 0; width <= longest; width++) {
    for (const [from, to] of around) soft.fill(0, from, to + 1);
    soften(soft, events, width);
    sum += averagePrecision(ranking, { labels, soft, around, segments: merged(events, Math.floor(width / 2), labels.length - 1) });
  }
  return sum / (longest + 1);
}

function rankingOf(scores: Float64Array): Ranking {
  const sorted = scores.toSorted();
  const last = scores.length - 1;
  const thresholds = Float64Array.from({ length: RANKS }, (_, rank) => sorted[last - Math.floor((rank * last) / (RANKS - 1))] ?? 0);
  const first = Uint8Array.from(scores, (score) => firstReached(thresholds, score));
  const predicted = new Float64Array(RANKS);
  for (const rank of first) predicted[rank] = (predicted[rank] ?? 0) + 1;
  return { predicted: summed(predicted), first };
}

/** The first of falling thresholds that is not above the score. */
function firstReached(thresholds: Float64Array, score: number): number {
  let low = 0;
  let high = thresholds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((thresholds[middle] ?? 0) <= score) high = middle;
    else low = middle + 1;
  }
  return low;
}

function summed(counts: Float64Array): Float64Array {
  let sum = 0;
  return counts.map((count) => (sum += count));
}

/** The events with one width of buffers: `around` holds all samples with a label. */
interface Buffered {
  readonly labels: Uint8Array;
  readonly soft: Float64Array;
  readonly around: readonly Span[];
  readonly segments: readonly Span[];
}

function averagePrecision({ predicted, first }: Ranking, { labels, soft, around, segments }: Buffered): number {
  const hits = new Float64Array(RANKS);
  const buffers = new Float64Array(RANKS);
  let truth = 0;
  for (const [from, to] of around)
    for (let i = from; i <= to; i++) {
      const isTrue = labels[i] === 1;
      const label = isTrue ? 1 : (soft[i] ?? 0);
      const rank = first[i] ?? 0;
      hits[rank] = (hits[rank] ?? 0) + label;
      if (isTrue) truth++;
      else buffers[rank] = (buffers[rank] ?? 0) + label;
    }
  const reached = reachedBy(first, segments);
  return areaOf({ predicted, hits: summed(hits), buffers: summed(buffers), reached: summed(reached), truth, segments: segments.length });
}

/** By threshold, how many segments hold their first predicted sample at it. */
function reachedBy(first: Uint8Array, segments: readonly Span[]): Float64Array {
  const reached = new Float64Array(RANKS);
  for (const [from, to] of segments) {
    let least = RANKS - 1;
    for (let i = from; i <= to; i++) least = Math.min(least, first[i] ?? least);
    reached[least] = (reached[least] ?? 0) + 1;
  }
  return reached;
}

interface Curve {
  readonly predicted: Float64Array;
  readonly hits: Float64Array;
  readonly buffers: Float64Array;
  readonly reached: Float64Array;
  readonly truth: number;
  readonly segments: number;
}

function areaOf({ predicted, hits, buffers, reached, truth, segments }: Curve): number {
  let area = 0;
  let before = 0;
  for (let rank = 0; rank < RANKS; rank++) {
    const hit = hits[rank] ?? 0;
    const recall = Math.min(hit / (truth + (buffers[rank] ?? 0) / 2), 1) * ((reached[rank] ?? 0) / segments);
    area += (recall - before) * (hit / (predicted[rank] ?? 1));
    before = recall;
  }
  return area;
}

/** Labels beside the events, which fall off with the distance; where two meet they add up to at most 1. */
function soften(soft: Float64Array, events: readonly Span[], width: number): void {
  const half = Math.floor(width / 2);
  const add = (i: number, distance: number) => {
    soft[i] = Math.min(1, (soft[i] ?? 0) + Math.sqrt(1 - distance / width));
  };
  for (const [first, last] of events) {
    for (let i = last + 1; i <= Math.min(last + half, soft.length - 1); i++) add(i, i - last);
    for (let i = Math.max(first - half, 0); i < first; i++) add(i, first - i);
  }
}

/** The events with so many samples on each side; those that then touch are one. */
function merged(events: readonly Span[], half: number, end: number): readonly Span[] {
  const spans: Span[] = [];
  for (const [first, last] of events) {
    const [from, to] = [Math.max(first - half, 0), Math.min(last + half, end)];
    const before = spans.at(-1);
    if (before && from <= before[1]) spans[spans.length - 1] = [before[0], to];
    else spans.push([from, to]);
  }
  return spans;
}

const ACF_SAMPLES = 20_000;
const ACF_LAGS = 400;
const [SHORTEST, LONGEST, ORDINARY] = [3, 300, 125];

/** The buffer that suits a series: the lag, from 3 to 300, of the highest local maximum of its autocorrelation; 125 when there is none. */
export function bufferFor(values: Float64Array): number {
  const head = values.subarray(0, ACF_SAMPLES);
  const correlations = autocorrelation(head, Math.min(ACF_LAGS, head.length - 1));
  let best = -1;
  for (let lag = SHORTEST + 1; lag < correlations.length - 1; lag++) {
    const here = correlations[lag] ?? 0;
    const isPeak = here > (correlations[lag - 1] ?? 0) && here > (correlations[lag + 1] ?? 0);
    if (isPeak && (best < 0 || here > (correlations[best] ?? 0))) best = lag;
  }
  return best < 0 || best > LONGEST ? ORDINARY : best;
}

/** By lag from 0; all 0 for a series that never changes. */
export function autocorrelation(values: Float64Array, lags: number): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const power = centred.reduce((sum, value) => sum + value * value, 0);
  return Float64Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < centred.length; i++) sum += (centred[i] ?? 0) * (centred[i - lag] ?? 0);
    return power > 0 ? sum / power : 0;
  });
}
