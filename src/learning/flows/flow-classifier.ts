import { type GbdtModel, predictGbdt, type Rows } from '../gbdt/gbdt-model.ts';
import { gbdtDefaults, trainGbdt } from '../gbdt/train-gbdt.ts';

/** Rows of figures of flows with their classes, numbered from 0. */
export interface LabelledRows extends Rows {
  readonly labels: readonly number[];
  readonly classes: number;
}

/** How a classifier of flows is trained. */
export interface FlowClassifierOptions {
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  readonly minRows: number;
  readonly l2: number;
  readonly subsample: number;
  /** 0: classes count by their rows; 1: all alike. Rows of rare classes are repeated. */
  readonly balance: number;
  /** So often a row is repeated at most. */
  readonly mostRepeats: number;
  readonly random: () => number;
}

/** What is used where nothing else is said. */
export const flowClassifierDefaults = {
  trees: 100,
  depth: 3,
  learningRate: 0.1,
  minRows: 20,
  l2: 1,
  subsample: 0.8,
  balance: 0.5,
  mostRepeats: 20,
} as const satisfies Partial<FlowClassifierOptions>;

/** Tells the classes of flows. */
export interface FlowClassifier {
  readonly classes: number;
  /** By row and class, the log-odds of that class against all others. */
  logOdds(rows: Rows): Float32Array;
  /** By row, the likeliest class. */
  tell(rows: Rows): readonly number[];
}

/** Boosted trees, one set for each class against all others. A class without a row is never told. */
export function trainFlowClassifier(rows: LabelledRows, options: FlowClassifierOptions): FlowClassifier {
  const order = repeated(rows, options);
  const values = new Float32Array(order.length * rows.width);
  order.forEach((row, n) => {
    values.set(rows.values.subarray(row * rows.width, (row + 1) * rows.width), n * rows.width);
  });
  const models = Array.from({ length: rows.classes }, (_, one) => modelOf(one));

  function modelOf(one: number): GbdtModel | undefined {
    if (!rows.labels.includes(one)) return undefined;
    const targets = Float32Array.from(order, (row) => (rows.labels[row] === one ? 1 : 0));
    const { balance: _, mostRepeats: __, ...growth } = options;
    const training = { count: order.length, width: rows.width, values, targets, outputs: 1 };
    return trainGbdt(training, { ...gbdtDefaults, ...growth, loss: { kind: 'logistic' } });
  }

  function logOdds(asked: Rows): Float32Array {
    const told = new Float32Array(asked.count * rows.classes).fill(Number.NEGATIVE_INFINITY);
    for (const [one, model] of models.entries()) {
      if (model === undefined) continue;
      for (const [row, sum] of predictGbdt(model, asked).entries()) told[row * rows.classes + one] = sum;
    }
    return told;
  }

  return {
    classes: rows.classes,
    logOdds,
    tell(asked) {
      const odds = logOdds(asked);
      return Array.from({ length: asked.count }, (_, row) => likeliest(odds.subarray(row * rows.classes, (row + 1) * rows.classes)));
    },
  };
}

function likeliest(odds: Float32Array): number {
  return odds.reduce((best, value, one) => (value > (odds[best] ?? Number.NEGATIVE_INFINITY) ? one : best), 0);
}

/** The rows to learn from, those of rare classes several times. */
function repeated({ labels, classes }: LabelledRows, { balance, mostRepeats }: FlowClassifierOptions): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const most = Math.max(...counts);
  const times = counts.map((count) => (count === 0 ? 0 : Math.min(mostRepeats, Math.max(1, Math.round((most / count) ** balance)))));
  return labels.flatMap((label, row) => Array.from({ length: times[label] ?? 1 }, () => row));
}
