import type { Detection } from './detection.ts';
import type { LabelledSeries } from './labelled-series.ts';
import { autocorrelation } from './vus-pr.ts';

/** Whether the scores say anything about the labels, and what this rests on. */
export interface Skill {
  readonly verdict: 'skill' | 'no skill';
  readonly evidence: readonly string[];
}

/** The chance that a labelled sample scores higher than another, with its standard error. */
interface Ranking {
  readonly auc: number;
  readonly error: number;
}

const LAGS = 20;
/** Standard errors on each side of an interval that holds 95 %. */
const SIGMAS = 1.96;

/** No skill when the area under the ROC curve cannot be told from one half: then alarms are no better than drawn ones. */
export function skillOf(heard: readonly { readonly series: LabelledSeries; readonly ours: Detection }[]): Skill {
  const rankings = heard.flatMap(({ series, ours }) => rankingOf(ours.scores, series) ?? []);
  const auc = rankings.reduce((sum, one) => sum + one.auc, 0) / rankings.length;
  const error = Math.sqrt(rankings.reduce((sum, one) => sum + one.error ** 2, 0)) / rankings.length;
  const [low, high] = [auc - SIGMAS * error, auc + SIGMAS * error];
  return {
    verdict: low > 0.5 ? 'skill' : 'no skill',
    evidence: [
      `area under the ROC curve ${auc.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)}`,
      memoryOf(heard.map(({ series }) => series)),
    ],
  };
}

/** The area under the ROC curve by ranks (Mann and Whitney), its error by Hanley and McNeil 1982; undefined without both kinds of samples. */
function rankingOf(scores: Float64Array, { labels, scoredFrom }: LabelledSeries): Ranking | undefined {
  const scored = Array.from(scores.subarray(scoredFrom), (score, i) => ({ score, isOdd: labels[scoredFrom + i] === 1 }));
  const sorted = scored.filter(({ score }) => !Number.isNaN(score)).toSorted((one, other) => one.score - other.score);
  const odd = sorted.filter(({ isOdd }) => isOdd).length;
  const plain = sorted.length - odd;
  if (odd === 0 || plain === 0) return undefined;
  const auc = (rankSum(sorted) - (odd * (odd + 1)) / 2) / (odd * plain);
  const [both, neither] = [auc / (2 - auc) - auc ** 2, (2 * auc ** 2) / (1 + auc) - auc ** 2];
  return { auc, error: Math.sqrt((auc * (1 - auc) + (odd - 1) * both + (plain - 1) * neither) / (odd * plain)) };
}

/** The ranks of the labelled samples, from 1; equal scores share theirs. */
function rankSum(sorted: readonly { readonly score: number; readonly isOdd: boolean }[]): number {
  let sum = 0;
  let from = 0;
  while (from < sorted.length) {
    let to = from;
    while (sorted[to + 1]?.score === sorted[from]?.score) to++;
    for (let i = from; i <= to; i++) if (sorted[i]?.isOdd) sum += (from + to) / 2 + 1;
    from = to + 1;
  }
  return sum;
}

/** How much the present says about what follows, which noise does not. */
function memoryOf(all: readonly LabelledSeries[]): string {
  const strongest = all.map(({ values, dims }) => {
    const metrics = Array.from({ length: dims }, (_, metric) =>
      values.filter((value, cell) => cell % dims === metric && !Number.isNaN(value)),
    );
    return Math.max(...metrics.map((column) => Math.max(...autocorrelation(column, LAGS).subarray(1).map(Math.abs))));
  });
  const least = Math.min(...all.map(({ at }) => at.length));
  return `strongest autocorrelation ${Math.max(...strongest).toFixed(3)} (of noise below ${(4 / Math.sqrt(least)).toFixed(3)}), lags 1 to ${LAGS}`;
}
