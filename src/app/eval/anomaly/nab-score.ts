import { type Span, spansOf } from './event-f1.ts';
import { probation } from './labelled-series.ts';

/** The scores of a detector for one file, and the windows in which an anomaly lies. */
export interface NabFile {
  readonly scores: Float64Array;
  readonly windows: Uint8Array;
}

/** What an alarm at one sample is worth: for a window the best of its alarms counts, outside of windows all do. */
interface Worth {
  readonly score: number;
  readonly worth: number;
  /** The number of its window; undefined outside of windows. */
  readonly window: number | undefined;
}

const FALSE_ALARM = 0.11;

/** A sigmoid that is near 1 at the start of a window, 0 at its end and -1 far behind it. */
function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

function worthsOf({ scores, windows }: NabFile): readonly Worth[] {
  const spans = spansOf(windows);
  const worths: Worth[] = [];
  let behind = -1;
  for (let i = 0; i < scores.length; i++) {
    while (behind + 1 < spans.length && (spans[behind + 1]?.[0] ?? 0) <= i) behind++;
    const score = scores[i] ?? Number.NaN;
    if (i >= probation(scores.length) && !Number.isNaN(score)) worths.push({ score, ...worthAt(i, spans[behind], behind) });
  }
  return worths;
}

function worthAt(i: number, span: Span | undefined, window: number): Omit<Worth, 'score'> {
  if (!span) return { worth: -FALSE_ALARM, window: undefined };
  const [first, last] = span;
  if (i <= last) return { worth: sigmoid(-(last - i + 1) / (last - first + 1)) / sigmoid(-1), window };
  return { worth: FALSE_ALARM * sigmoid((i - last) / (last - first)), window: undefined };
}

/** What the alarms of one file come to: 1 for each window found at once, -1 for each missed, less what false alarms cost. */
export interface NabSum {
  readonly sum: number;
  readonly windows: number;
}

/** What an alarm wherever the score is at least `threshold` comes to. */
export function nabSum(file: NabFile, threshold: number): NabSum {
  const windows = spansOf(file.windows).length;
  const tally = tallyOf(windows);
  for (const one of worthsOf(file)) if (one.score >= threshold) tally.add(one.worth, one.window);
  return { sum: tally.sum(), windows };
}

/** The one threshold that is best for all files together: NAB's published scores are found with it. */
export function bestNabThreshold(files: readonly NabFile[]): number {
  let windows = 0;
  const all = files.flatMap((file) => {
    const before = windows;
    windows += spansOf(file.windows).length;
    return worthsOf(file).map((one) => (one.window === undefined ? one : { ...one, window: before + one.window }));
  });
  const sorted = all.toSorted((one, other) => other.score - one.score);
  const tally = tallyOf(windows);
  let best = { threshold: Number.POSITIVE_INFINITY, sum: tally.sum() };
  for (const [n, { score, worth, window }] of sorted.entries()) {
    tally.add(worth, window);
    if (sorted[n + 1]?.score !== score && tally.sum() > best.sum) best = { threshold: score, sum: tally.sum() };
  }
  return best.threshold;
}

/** The score of files together, in percent: 0 for a detector that never alarms, 100 for a perfect one; NaN without a window. */
export function nabScore(sums: readonly NabSum[]): number {
  const [sum, windows] = sums.reduce(([one, other], file) => [one + file.sum, other + file.windows], [0, 0]);
  return (100 * (sum + windows)) / (2 * windows);
}

/** Adds up alarms: of those in one window only the best counts. */
function tallyOf(windows: number) {
  const gained = new Float64Array(windows).fill(-1);
  let sum = -windows;
  return {
    sum: () => sum,
    add(worth: number, window: number | undefined) {
      if (window === undefined) {
        sum += worth;
        return;
      }
      const before = gained[window] ?? 0;
      gained[window] = Math.max(before, worth);
      sum += Math.max(0, worth - before);
    },
  };
}
