import type { LabelledSeries } from './labelled-series.ts';
import type { matrixOf } from './number-table.ts';
import { refusal } from './refusal.ts';

type Matrix = ReturnType<typeof matrixOf>;

/** What is put together to one series. */
export interface JoinedParts {
  readonly name: string;
  readonly train: Matrix | undefined;
  readonly test: Matrix | undefined;
  readonly labels: Float64Array | undefined;
}

const MINUTE_MS = 60_000;
/** Rows of data sets that come without times: those with the fewer metrics are told of every five minutes. */
const MANY_METRICS = 30;

/** A part to learn from and one to be scored, one after the other. Throws `bad-usage` when they do not fit together. */
export function joined({ name, train, test, labels }: JoinedParts): LabelledSeries {
  if (!train || !test || !labels || train.dims !== test.dims) throw refusal(name, 'train and test have not the same number of columns');
  const rows = test.values.length / test.dims;
  if (labels.length !== rows) throw refusal(name, `test has ${rows} rows, and its labels ${labels.length}`);
  const { dims } = train;
  const scoredFrom = train.values.length / dims;
  const stepMs = dims >= MANY_METRICS ? MINUTE_MS : 5 * MINUTE_MS;
  const values = new Float64Array(train.values.length + test.values.length);
  values.set(train.values);
  values.set(test.values, train.values.length);
  const all = new Uint8Array(scoredFrom + rows);
  all.set(labels, scoredFrom);
  return { name, stepMs, at: Float64Array.from(all, (_, i) => i * stepMs), dims, values, labels: all, scoredFrom };
}
