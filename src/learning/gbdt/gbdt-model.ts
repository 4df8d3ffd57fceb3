import { orderedKeys } from './ordered-keys.ts';

/**
 * Boosted trees, all of one depth, as columns. Inner node i of a tree has the children 2i + 1 and 2i + 2: the second one for a value above
 * the threshold, the first one for all others, NaN included. Each leaf holds one number per output.
 */
export interface GbdtModel {
  readonly width: number;
  readonly outputs: number;
  readonly depth: number;
  readonly trees: number;
  /** By output, where the sum begins. */
  readonly base: Float32Array;
  /** By tree and inner node; a node that is no split has the threshold `Infinity`. */
  readonly feature: Uint16Array;
  readonly threshold: Float32Array;
  /** By tree, leaf and output; the learning rate is in them. */
  readonly leaf: Float32Array;
}

/** Rows of equal width, one after another. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** How many rows go through a tree before the next tree: they stay in the nearest cache. */
const BLOCK = 256;

interface Walk {
  readonly keys: Int32Array;
  readonly thresholds: Int32Array;
  readonly sums: Float32Array;
}

/**
 * The sum of all trees for each row, by row and output; a probability's log-odds with the logistic loss. Costs depth x trees comparisons
 * per row. Throws a `RangeError` for rows of another width than the model was trained on.
 */
export function predictGbdt(model: GbdtModel, rows: Rows): Float32Array {
  if (rows.width !== model.width) throw new RangeError(`rows have ${rows.width} values instead of ${model.width}`);
  const sums = new Float32Array(rows.count * model.outputs);
  for (let at = 0; at < sums.length; at++) sums[at] = model.base[at % model.outputs] ?? 0;
  const walk = { keys: orderedKeys(rows.values), thresholds: orderedKeys(model.threshold), sums };
  for (let start = 0; start < rows.count; start += BLOCK)
    for (let tree = 0; tree < model.trees; tree++) addTree(model, walk, { tree, start, end: Math.min(rows.count, start + BLOCK) });
  return sums;
}

function addTree(
  { depth, feature, leaf, outputs, width }: GbdtModel,
  { keys, thresholds, sums }: Walk,
  { tree, start, end }: { tree: number; start: number; end: number },
): void {
  const inner = (1 << depth) - 1;
  const offset = tree * inner;
  const leaves = (tree << depth) * outputs;
  for (let row = start, at = start * width; row < end; row++, at += width) {
    let node = 0;
    for (let level = 0; level < depth; level++) {
      const above = ((thresholds[offset + node] ?? 0) - (keys[at + (feature[offset + node] ?? 0)] ?? 0)) >>> 31;
      node = node * 2 + 1 + above;
    }
    const from = leaves + (node - inner) * outputs;
    const to = row * outputs;
    for (let k = 0; k < outputs; k++) sums[to + k] = (sums[to + k] ?? 0) + (leaf[from + k] ?? 0);
  }
}
