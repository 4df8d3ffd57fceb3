/** A row as a judge sees it: its score, and whether it failed. */
export interface Judged {
  readonly score: number;
  readonly label: number;
}

/**
 * The area under the ROC curve: the chance that a failed row has a larger score than one that did not fail, ties half; NaN without one of
 * each. Rows may be named more than once: `counts` says how often.
 */
export function rocArea(sorted: readonly Judged[], counts?: Float64Array): number {
  let [below, area, ones] = [0, 0, 0];
  for (let n = 0; n < sorted.length; ) {
    let [zerosHere, onesHere] = [0, 0];
    const score = sorted[n]?.score;
    for (; n < sorted.length && sorted[n]?.score === score; n++) {
      const count = counts?.[n] ?? 1;
      if (sorted[n]?.label === 1) onesHere += count;
      else zerosHere += count;
    }
    area += onesHere * (below + zerosHere / 2);
    below += zerosHere;
    ones += onesHere;
  }
  return area / (ones * below);
}

/** Rows by score, smallest first, as `rocArea` wants them. */
export function byScore(scores: ArrayLike<number>, labels: ArrayLike<number>): Judged[] {
  return Array.from({ length: scores.length }, (_, row) => ({ score: scores[row] ?? Number.NaN, label: labels[row] ?? 0 })).sort(
    (one, other) => one.score - other.score,
  );
}
