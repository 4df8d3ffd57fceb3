import { predictGbdt } from '../../../learning/gbdt/gbdt-model.ts';
import { trainGbdt } from '../../../learning/gbdt/train-gbdt.ts';
import type { FailureColumn, FailureTable } from './failure-tables.ts';
import { byScore, rocArea } from './roc-area.ts';

/** A label of its moment that trees read off its own row so well is computed from it, or says what is and not what will be. */
const LEAK_AREA = 0.9;
/** A column without which so much is lost is part of that. */
const PART = 0.003;
const trees = { trees: 100, depth: 6, learningRate: 0.15, bins: 64, minRows: 5, l2: 0.1, subsample: 1 } as const;

/** Whether the label is a function of its own row. */
export interface LabelLeak {
  /** How well the label of later rows is told from all columns of the same row, by trees learned on earlier ones. */
  readonly area: number;
  /** The columns that the label is made of; none when it is no function of them. */
  readonly columns: readonly string[];
}

/** Looks for a label that is computed from its row: such a label says what is, not what will be. */
export function labelLeak(table: FailureTable, split: number, random: () => number): LabelLeak {
  const area = areaOf(table, { columns: table.columns, split, random });
  if (!(area >= LEAK_AREA)) return { area, columns: [] };
  const without = (left: FailureColumn) => areaOf(table, { columns: table.columns.filter((column) => column !== left), split, random });
  const parts = table.columns.filter((column) => area - without(column) >= PART);
  return { area, columns: parts.map(({ name }) => name) };
}

function areaOf(
  { labels, count }: FailureTable,
  { columns, split, random }: { columns: readonly FailureColumn[]; split: number; random: () => number },
): number {
  const width = columns.length;
  const values = new Float32Array(count * width);
  columns.forEach((column, f) => {
    for (let row = 0; row < count; row++) values[row * width + f] = column.values[row] ?? Number.NaN;
  });
  const early = {
    count: split,
    width,
    values: values.subarray(0, split * width),
    targets: Float32Array.from(labels.subarray(0, split)),
    outputs: 1,
  };
  const model = trainGbdt(early, { ...trees, loss: { kind: 'logistic' }, random });
  const scores = predictGbdt(model, { count: count - split, width, values: values.slice(split * width) });
  return rocArea(byScore(scores, labels.subarray(split)));
}
