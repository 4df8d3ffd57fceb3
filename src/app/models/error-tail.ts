import { z } from 'zod';

/**
 * How large the error of a forecast usually is: the sorted largest scores of the time that was watched, and an exponential tail beyond
 * them (the limit of excesses over a high threshold: Pickands 1975, with shape 0).
 */
export const ErrorTail = z.strictObject({
  /** Scores that were seen in all. */
  count: z.number().int().min(1),
  /** The largest of them, ascending. */
  largest: z.array(z.number()).min(1),
  /** The mean excess over the smallest of `largest`. */
  meanExcess: z.number().min(0),
  /** So many false alarms a day and series are put up with. */
  falseAlarmsPerDay: z.number().positive(),
  /** The score from which on there is an alarm. */
  threshold: z.number(),
  /** Alarms a day and series on held-out time, where nobody says which of them are true; null when nothing was held out. */
  alarmsPerDay: z.number().nullable(),
});
export type ErrorTail = z.infer<typeof ErrorTail>;

/** The share of scores that are kept as they are. */
const KEPT = 0.05;

/** Learns the tail from scores on time that was not learnt from; `perDay` scores come in a day. Throws a `RangeError` without any. */
export function errorTailFrom(
  scores: Float64Array,
  { perDay, falseAlarmsPerDay }: { readonly perDay: number; readonly falseAlarmsPerDay: number },
) {
  if (scores.length === 0) throw new RangeError('a tail needs at least one score');
  const sorted = scores.toSorted();
  const largest = [...sorted.subarray(sorted.length - Math.max(1, Math.ceil(KEPT * sorted.length)))];
  const base = largest[0] ?? 0;
  const meanExcess = largest.reduce((sum, score) => sum + score - base, 0) / largest.length;
  const tail = { count: scores.length, largest, meanExcess };
  return { ...tail, falseAlarmsPerDay, threshold: thresholdOf(tail, Math.min(1, falseAlarmsPerDay / perDay)) };
}

type Shape = Pick<ErrorTail, 'count' | 'largest' | 'meanExcess'>;

/** The chance that a healthy score is at least this large: a false-alarm rate, not the chance of a fault. */
export function tailProbability({ count, largest, meanExcess }: Shape, score: number): number {
  const base = largest[0] ?? 0;
  const above = largest.filter((one) => one >= score).length;
  if (score < base) return 1;
  const smooth = (largest.length / count) * Math.exp(-(score - base) / Math.max(meanExcess, Number.MIN_VALUE));
  return above >= ENOUGH ? above / count : Math.min(smooth, Math.max(above, 1) / count);
}

/** With fewer scores above, the tail says more than counting. */
const ENOUGH = 10;

/** The smallest score whose chance is at most this. */
function thresholdOf(tail: Shape, chance: number): number {
  const base = tail.largest[0] ?? 0;
  const share = tail.largest.length / tail.count;
  const byTail = base + tail.meanExcess * Math.log(Math.max(1, share / chance));
  const byCount = tail.largest[tail.largest.length - Math.floor(chance * tail.count)];
  return chance * tail.count >= ENOUGH && byCount !== undefined ? byCount : byTail;
}
