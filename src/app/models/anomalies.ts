/** What a detector says about each row of one feature of one series. */
export interface Judged {
  readonly series: string;
  readonly feature: string;
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** What was to be expected; NaN where nothing is known yet. */
  readonly expected: Float64Array;
  /** How far from that a value may be before it is odd. */
  readonly tolerance: Float64Array;
  /** How odd each row is, as its detector counts; NaN cannot say. */
  readonly scores: Float64Array;
}

/** Rows of one feature of one series, one after the other, that are all too odd. */
export interface Anomaly {
  readonly series: string;
  readonly feature: string;
  readonly from: number;
  readonly until: number;
  readonly rows: number;
  /** The oddest of the rows. */
  readonly worst: { readonly at: number; readonly value: number; readonly expected: number; readonly score: number };
}

/** The runs of rows whose score is above the threshold; none is found where none is. */
export function anomaliesIn(judged: Judged, threshold: number): readonly Anomaly[] {
  const runs: number[][] = [];
  for (const [row, score] of judged.scores.entries()) {
    if (!(score > threshold)) continue;
    const run = runs.at(-1);
    if (run?.at(-1) === row - 1) run.push(row);
    else runs.push([row]);
  }
  return runs.map((run) => {
    const worst = run.reduce((best, row) => ((judged.scores[row] ?? 0) > (judged.scores[best] ?? 0) ? row : best));
    const of = (values: Float64Array, row = worst) => values[row] ?? Number.NaN;
    const { series, feature } = judged;
    const told = { at: of(judged.at), value: of(judged.values), expected: of(judged.expected), score: of(judged.scores) };
    return { series, feature, from: of(judged.at, run[0]), until: of(judged.at, run.at(-1)), rows: run.length, worst: told };
  });
}
