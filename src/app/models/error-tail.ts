import { z } from 'zod';
import { peaksAbove, type RowScores } from './score-runs.ts';

/**
 * How large the error of a forecast usually is: the sorted largest scores of the time that was watched, and beyond them a generalised
 * Pareto tail (the limit of excesses over a high threshold: Pickands 1975).
 */
export const ErrorTail = z.strictObject({
  /** Scores that were seen in all. */
  count: z.number().int().min(1),
  /** The largest of them, ascending. */
  largest: z.array(z.number()).min(1),
  /** The mean excess over the smallest of `largest`. */
  meanExcess: z.number().min(0),
  /** How heavy the tail is: 0 falls off exponentially, near 1 hardly at all. */
  heaviness: z.number().min(0).max(1).optional(),
  /** By feature, the error over restlessness that one row in a thousand has; scores are counted in it. */
  units: z.array(z.number().positive()).optional(),
  /** So many false alarms a day and series are put up with; rows one after the other are one alarm. */
  falseAlarmsPerDay: z.number().positive(),
  /** The score above which there is an alarm. */
  threshold: z.number(),
  /** Alarms a day and series on held-out time, where nobody says which of them are true; null when nothing was held out. */
  alarmsPerDay: z.number().nullable(),
  /** How many that were, and over how many days of a series. */
  heldOut: z.strictObject({ alarms: z.number().int(), days: z.number() }).optional(),
});
export type ErrorTail = z.infer<typeof ErrorTail>;

/** What is learnt from scores alone. */
export type LearntTail = Pick<ErrorTail, 'count' | 'largest' | 'meanExcess' | 'heaviness' | 'falseAlarmsPerDay' | 'threshold'>;

/** At most this share of the scores, and so many of them, are the tail. */
const TAIL = { share: 0.05, most: 200 } as const;
/** Heavier tails have no mean. */
const HEAVIEST = 0.9;

/**
 * Learns the tail from the scores of rows in the order of their series; `perDay` rows come in a day. The budget is for runs of rows that
 * are too odd. The threshold is the larger of two: what the tail says, and what would have held the budget on these very rows. Throws a
 * `RangeError` without any.
 */
export function errorTailFrom(
  scored: RowScores,
  { perDay, falseAlarmsPerDay }: { readonly perDay: number; readonly falseAlarmsPerDay: number },
): LearntTail {
  const { scores } = scored;
  if (scores.length === 0) throw new RangeError('a tail needs at least one score');
  const sorted = scores.toSorted();
  const kept = Math.min(TAIL.most, Math.max(1, Math.ceil(TAIL.share * sorted.length)));
  const largest = [...sorted.subarray(sorted.length - kept)];
  const base = largest[0] ?? 0;
  const meanExcess = largest.reduce((sum, score) => sum + score - base, 0) / largest.length;
  const peaks = peaksAbove(scored, base).toSorted((a, b) => a - b);
  const heaviness = heavinessOf(peaks.map((peak) => peak - base));
  const allowed = (falseAlarmsPerDay * scores.length) / perDay;
  const threshold = Math.max(byTail({ base, peaks, heaviness, allowed }), peaks[peaks.length - 1 - Math.floor(allowed)] ?? base);
  return { count: scores.length, largest, meanExcess, heaviness, falseAlarmsPerDay, threshold };
}

/** By probability-weighted moments (Hosking and Wallis 1987), between exponential and the heaviest that has a mean. */
function heavinessOf(excesses: readonly number[]): number {
  const count = excesses.length;
  const mean = excesses.reduce((sum, excess) => sum + excess, 0) / count;
  const weighted = excesses.reduce((sum, excess, at) => sum + ((count - 1 - at) / Math.max(1, count - 1)) * excess, 0) / count;
  const found = 2 - mean / (mean - 2 * weighted);
  return count < 2 || !(mean > 2 * weighted) ? 0 : Math.min(HEAVIEST, Math.max(0, found));
}

interface Peaks {
  readonly base: number;
  /** Ascending. */
  readonly peaks: readonly number[];
  readonly heaviness: number;
  /** So many of as many rows may be above. */
  readonly allowed: number;
}

function byTail({ base, peaks, heaviness, allowed }: Peaks): number {
  const mean = peaks.reduce((sum, peak) => sum + peak - base, 0) / Math.max(1, peaks.length);
  const times = Math.max(1, peaks.length / allowed);
  const scale = mean * (1 - heaviness);
  return base + (heaviness < LIGHT ? scale * Math.log(times) : (scale / heaviness) * (times ** heaviness - 1));
}

/** Below this it is as good as exponential. */
const LIGHT = 1e-6;

/** The chance that a healthy score is at least this large: a false-alarm rate, not the chance of a fault. */
export function tailProbability(tail: Pick<LearntTail, 'count' | 'largest' | 'meanExcess' | 'heaviness'>, score: number): number {
  const { count, largest, meanExcess, heaviness = 0 } = tail;
  const base = largest[0] ?? 0;
  const above = largest.filter((one) => one >= score).length;
  if (score < base) return 1;
  const over = (score - base) / Math.max(meanExcess * (1 - heaviness), Number.MIN_VALUE);
  const beyond = heaviness < LIGHT ? Math.exp(-over) : (1 + heaviness * over) ** (-1 / heaviness);
  return above >= ENOUGH ? above / count : Math.min((largest.length / count) * beyond, Math.max(above, 1) / count);
}

/** With fewer scores above, the tail says more than counting. */
const ENOUGH = 10;
