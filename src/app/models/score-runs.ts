/** Scores of rows, in the order of their series. */
export interface RowScores {
  readonly scores: Float64Array;
  /** By score, the row that it is of; series lie behind each other. */
  readonly rows: Int32Array;
}

/** The largest score of each run of rows, one after the other, that are all above a score. */
export function peaksAbove({ scores, rows }: RowScores, base: number): readonly number[] {
  const peaks: number[] = [];
  let last = Number.NaN;
  for (const [n, score] of scores.entries()) {
    if (!(score > base)) continue;
    const row = rows[n] ?? Number.NaN;
    const known = row - last === 1 ? peaks.pop() : undefined;
    peaks.push(Math.max(score, known ?? score));
    last = row;
  }
  return peaks;
}
