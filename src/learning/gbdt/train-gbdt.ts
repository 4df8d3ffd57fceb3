import { type BinnedRows, binRows } from './feature-bins.ts';
import type { GbdtModel, Rows } from './gbdt-model.ts';
import { type GrownTree, growTree, NO_SPLIT } from './grow-tree.ts';
import { baseOf, curvatureOf, kinkOf, type Loss, lossAt, pullOf, quantileOf } from './loss.ts';
import { type PackedPulls, packPulls } from './packed-pulls.ts';

/** How trees are boosted. */
export interface GbdtOptions {
  readonly loss: Loss;
  readonly trees: number;
  readonly depth: number;
  readonly learningRate: number;
  /** Most bins per feature. */
  readonly bins: number;
  /** Fewest rows of a leaf. */
  readonly minRows: number;
  /** Added to the curvature of a leaf (L2 regularisation). */
  readonly l2: number;
  /** The share of the rows that each tree sees. */
  readonly subsample: number;
  /** Numbers in [0, 1): the same ones give the same trees. */
  readonly random: () => number;
  /** The last rows, and how many trees may pass without their loss getting smaller; the best number of trees is kept. */
  readonly stop?: { readonly rows: number; readonly patience: number };
}

/** Rows with their targets: by row, one number per output. */
export interface TrainingRows extends Rows {
  readonly targets: Float32Array;
  readonly outputs: number;
}

/** As LightGBM has them, but for the depth and for 64 bins. */
export const gbdtDefaults = {
  trees: 100,
  depth: 6,
  learningRate: 0.1,
  bins: 64,
  minRows: 20,
  l2: 0,
  subsample: 1,
} as const satisfies Partial<GbdtOptions>;

interface Training {
  readonly rows: TrainingRows;
  readonly binned: BinnedRows;
  readonly options: GbdtOptions;
  readonly sums: Float32Array;
  /** By row and output, how its target pulls; written anew for each tree. */
  readonly pulls: Float64Array;
  /** How many rows are learned from; the others are looked at for when to stop. */
  readonly learned: number;
}

interface Tree extends GrownTree {
  readonly leaf: Float32Array;
}

/**
 * Gradient boosting (Friedman 2001) with histograms: trees of one depth and one number per output in each leaf, so that several steps
 * ahead cost little more than one. With several outputs the cuts follow the sum of their pulls. Throws a `RangeError` without a row.
 */
export function trainGbdt(rows: TrainingRows, options: GbdtOptions): GbdtModel {
  const learned = rows.count - (options.stop?.rows ?? 0);
  if (learned < 1) throw new RangeError(`there are ${learned} rows to learn from`);
  const base = basesOf(rows, learned, options.loss);
  const sums = new Float32Array(rows.count * rows.outputs);
  for (let at = 0; at < sums.length; at++) sums[at] = base[at % rows.outputs] ?? 0;
  const training = { rows, binned: binRows(rows, options.bins), options, sums, pulls: new Float64Array(sums.length), learned };
  return modelOf(boost(training), base, training);
}

function boost(training: Training): readonly Tree[] {
  const { stop, trees: most } = training.options;
  const trees: Tree[] = [];
  let best = { loss: stop ? lossOfRest(training) : 0, trees: 0 };
  while (trees.length < most && !(stop && trees.length - best.trees > stop.patience)) {
    trees.push(nextTree(training));
    const loss = stop ? lossOfRest(training) : 0;
    if (!stop || loss < best.loss) best = { loss, trees: trees.length };
  }
  return trees.slice(0, best.trees);
}

function nextTree(training: Training): Tree {
  const { binned, options } = training;
  const { seen, unseen } = drawRows(training);
  const grown = growTree(binned, packedPulls(training), { order: seen, growth: options });
  const leaf = leavesOf(training, grown, seen);
  const tree = { ...grown, leaf };
  for (let l = 0; l + 1 < grown.starts.length; l++)
    for (let n = grown.starts[l] ?? 0; n < (grown.starts[l + 1] ?? 0); n++) addLeaf(training, leaf, seen[n] ?? 0, l);
  for (const row of unseen) addLeaf(training, leaf, row, leafOf(binned, grown, row));
  return tree;
}

function drawRows({ learned, rows, options: { subsample, random } }: Training) {
  const seen = new Int32Array(learned);
  const unseen = new Int32Array(rows.count);
  let [taken, left] = [0, 0];
  for (let row = 0; row < rows.count; row++) {
    if (row < learned && (subsample >= 1 || random() < subsample)) seen[taken++] = row;
    else unseen[left++] = row;
  }
  return { seen: seen.subarray(0, taken), unseen: unseen.subarray(0, left) };
}

/** Writes all pulls, and packs their sums by row. */
function packedPulls({ rows: { targets, outputs, count }, sums, pulls, options: { loss } }: Training): PackedPulls {
  const total = new Float64Array(count);
  const curvatures = loss.kind === 'logistic' ? new Float64Array(count) : undefined;
  for (let row = 0, at = 0; row < count; row++)
    for (let k = 0; k < outputs; k++, at++) {
      const target = targets[at] ?? 0;
      const pull = pullOf(loss, target, sums[at] ?? 0);
      pulls[at] = pull;
      total[row] = (total[row] ?? 0) + pull;
      if (curvatures) curvatures[row] = (curvatures[row] ?? 0) + curvatureOf(loss, target, pull);
    }
  return packPulls(total, curvatures);
}

function leavesOf(training: Training, { starts }: GrownTree, order: Int32Array): Float32Array {
  const { outputs } = training.rows;
  const leaf = new Float32Array((starts.length - 1) * outputs);
  const scratch = new Float64Array(order.length);
  for (let l = 0; l + 1 < starts.length; l++) {
    const own = order.subarray(starts[l], starts[l + 1]);
    for (let k = 0; k < outputs; k++) leaf[l * outputs + k] = leafValue(training, own, { k, scratch }) * training.options.learningRate;
  }
  return leaf;
}

function leafValue(
  { rows, sums, pulls, options }: Training,
  own: Int32Array,
  { k, scratch }: { k: number; scratch: Float64Array },
): number {
  const { targets, outputs } = rows;
  const { loss, l2 } = options;
  const kink = kinkOf(loss);
  if (kink !== undefined) {
    for (let n = 0; n < own.length; n++) {
      const at = (own[n] ?? 0) * outputs + k;
      scratch[n] = (targets[at] ?? 0) - (sums[at] ?? 0);
    }
    return quantileOf(scratch.subarray(0, own.length), kink);
  }
  let [pull, bend] = [0, l2];
  for (let n = 0; n < own.length; n++) {
    const at = (own[n] ?? 0) * outputs + k;
    const one = pulls[at] ?? 0;
    pull += one;
    bend += curvatureOf(loss, targets[at] ?? 0, one);
  }
  return bend > 0 ? pull / bend : 0;
}

function addLeaf({ sums, rows: { outputs } }: Training, leaf: Float32Array, row: number, l: number): void {
  for (let k = 0; k < outputs; k++) {
    const at = row * outputs + k;
    sums[at] = (sums[at] ?? 0) + (leaf[l * outputs + k] ?? 0);
  }
}

function leafOf({ cells, width }: BinnedRows, { feature, splitCell }: GrownTree, row: number): number {
  let node = 0;
  while (node < splitCell.length) {
    const isAbove = (cells[row * width + (feature[node] ?? 0)] ?? 0) > (splitCell[node] ?? 0);
    node = node * 2 + (isAbove ? 2 : 1);
  }
  return node - splitCell.length;
}

function lossOfRest({ rows: { targets, outputs, count }, sums, learned, options: { loss } }: Training): number {
  let total = 0;
  for (let at = learned * outputs; at < count * outputs; at++) total += lossAt(loss, targets[at] ?? 0, sums[at] ?? 0);
  return total;
}

function basesOf({ targets, outputs }: TrainingRows, learned: number, loss: Loss): Float32Array {
  return Float32Array.from({ length: outputs }, (_, k) =>
    baseOf(
      loss,
      Float64Array.from({ length: learned }, (_target, row) => targets[row * outputs + k] ?? 0),
    ),
  );
}

function modelOf(trees: readonly Tree[], base: Float32Array, { rows, binned, options: { depth } }: Training): GbdtModel {
  const inner = 2 ** depth - 1;
  const feature = new Uint16Array(trees.length * inner);
  const threshold = new Float32Array(trees.length * inner);
  const leaf = new Float32Array(trees.length * (inner + 1) * rows.outputs);
  trees.forEach((tree, n) => {
    feature.set(tree.feature, n * inner);
    threshold.set(
      Array.from(tree.splitCell, (cell) => (cell === NO_SPLIT ? Number.POSITIVE_INFINITY : (binned.edges[cell] ?? Number.NaN))),
      n * inner,
    );
    leaf.set(tree.leaf, n * (inner + 1) * rows.outputs);
  });
  return { width: rows.width, outputs: rows.outputs, depth, trees: trees.length, base, feature, threshold, leaf };
}
