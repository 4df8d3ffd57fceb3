import type { LabelledRows } from '../../../learning/flows/flow-classifier.ts';
import type { Rows } from '../../../learning/gbdt/gbdt-model.ts';

const MOST_PASSES = 20;
/** Many rows need fewer passes. */
const VISITS = 300_000;
const BATCH = 64;
const RATE = 0.1;

/** Softmax regression on standardised logarithms, by stochastic gradient: a baseline, and nothing else. Gives the likeliest class by row. */
export function logisticBaseline(training: LabelledRows, asked: Rows, random: () => number): readonly number[] {
  const scale = scaleOf(training);
  const learned = scaled(training, scale);
  const weights = new Float64Array(training.classes * (training.width + 1));
  const order = Array.from({ length: training.count }, (_, n) => n);
  const passes = Math.max(1, Math.min(MOST_PASSES, Math.round(VISITS / training.count)));
  for (let pass = 0; pass < passes; pass++) {
    shuffle(order, random);
    for (let at = 0; at < order.length; at += BATCH)
      descend(
        weights,
        { values: learned, width: training.width, labels: training.labels },
        { rows: order.slice(at, at + BATCH), rate: RATE / (1 + pass) },
      );
  }
  const values = scaled(asked, scale);
  return Array.from({ length: asked.count }, (_, row) => {
    const chances = chancesOf(weights, values.subarray(row * asked.width, (row + 1) * asked.width));
    return chances.indexOf(Math.max(...chances));
  });
}

interface Learned {
  readonly values: Float64Array;
  readonly width: number;
  readonly labels: readonly number[];
}

function descend(
  weights: Float64Array,
  { values, width, labels }: Learned,
  { rows, rate }: { readonly rows: readonly number[]; readonly rate: number },
) {
  const slope = new Float64Array(weights.length);
  for (const row of rows) {
    const own = values.subarray(row * width, (row + 1) * width);
    for (const [one, chance] of chancesOf(weights, own).entries()) {
      const pull = (labels[row] === one ? 1 : 0) - chance;
      const from = one * (width + 1);
      for (let f = 0; f < width; f++) slope[from + f] = (slope[from + f] ?? 0) + pull * (own[f] ?? 0);
      slope[from + width] = (slope[from + width] ?? 0) + pull;
    }
  }
  for (let n = 0; n < weights.length; n++) weights[n] = (weights[n] ?? 0) + (rate * (slope[n] ?? 0)) / rows.length;
}

function chancesOf(weights: Float64Array, own: Float64Array): readonly number[] {
  const width = own.length;
  const sums = Array.from({ length: weights.length / (width + 1) }, (_, one) => {
    const from = one * (width + 1);
    let sum = weights[from + width] ?? 0;
    for (let f = 0; f < width; f++) sum += (weights[from + f] ?? 0) * (own[f] ?? 0);
    return sum;
  });
  const most = Math.max(...sums);
  const parts = sums.map((sum) => Math.exp(sum - most));
  const all = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / all);
}

interface Scale {
  readonly middle: Float64Array;
  readonly spread: Float64Array;
}

function scaleOf({ count, width, values }: Rows): Scale {
  const middle = new Float64Array(width);
  const square = new Float64Array(width);
  for (let at = 0; at < count * width; at++) {
    const value = folded(values[at]);
    middle[at % width] = (middle[at % width] ?? 0) + value / count;
    square[at % width] = (square[at % width] ?? 0) + (value * value) / count;
  }
  return { middle, spread: square.map((sum, f) => Math.sqrt(Math.max(0, sum - (middle[f] ?? 0) ** 2)) || 1) };
}

function scaled({ count, width, values }: Rows, { middle, spread }: Scale): Float64Array {
  const scaledTo = (at: number) => (folded(values[at]) - (middle[at % width] ?? 0)) / (spread[at % width] ?? 1);
  return Float64Array.from({ length: count * width }, (_, at) => Math.max(-5, Math.min(5, scaledTo(at))));
}

/** Missing and infinite rates are none. */
function folded(value = 0): number {
  return Number.isFinite(value) ? Math.sign(value) * Math.log1p(Math.abs(value)) : 0;
}

function shuffle(order: number[], random: () => number): void {
  for (let n = order.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1));
    [order[n], order[other]] = [order[other] ?? 0, order[n] ?? 0];
  }
}
