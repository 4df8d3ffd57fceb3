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

/** How many rows go through a tree before the next tree: they stay in the nearest cache. A multiple of `TOGETHER`. */
const BLOCK = 64;
/** So many rows go down a tree side by side: none has to wait for what another one reads. */
const TOGETHER = 4;

interface Walk {
  readonly keys: Int32Array;
  readonly thresholds: Int32Array;
  readonly sums: Float32Array;
  /** By row of the block, where it ends: a node below the last inner one. */
  readonly ends: Int32Array;
}

interface Span {
  readonly tree: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The sum of all trees for each row, by row and output; a probability's log-odds with the logistic loss. Costs depth x trees comparisons
 * per row. Throws a `RangeError` for rows of another width than the model was trained on.
 */
export function predictGbdt(model: GbdtModel, rows: Rows): Float32Array {
  if (rows.width !== model.width) throw new RangeError(`rows have ${rows.width} values instead of ${model.width}`);
  const sums = new Float32Array(rows.count * model.outputs);
  for (let at = 0; at < sums.length; at++) sums[at] = model.base[at % model.outputs] ?? 0;
  const walk = { keys: orderedKeys(rows.values), thresholds: orderedKeys(model.threshold), sums, ends: new Int32Array(BLOCK) };
  for (let start = 0; start < rows.count; start += BLOCK)
    for (let tree = 0; tree < model.trees; tree++) {
      const span = { tree, start, end: Math.min(rows.count, start + BLOCK) };
      descend(model, walk, span);
      addLeaves(model, walk, span);
    }
  return sums;
}

/** Rows past the end are the last one again. */
function descend({ depth, feature, width }: GbdtModel, { keys, thresholds, ends }: Walk, { tree, start, end }: Span): void {
  const offset = tree * ((1 << depth) - 1);
  const last = (end - 1) * width;
  for (let row = start; row < end; row += TOGETHER) {
    const a = row * width;
    const b = Math.min(last, a + width);
    const c = Math.min(last, a + 2 * width);
    const d = Math.min(last, a + 3 * width);
    let i = 0;
    let j = 0;
    let k = 0;
    let l = 0;
    for (let level = 0; level < depth; level++) {
      i = i * 2 + 1 + (((thresholds[offset + i] ?? 0) - (keys[a + (feature[offset + i] ?? 0)] ?? 0)) >>> 31);
      j = j * 2 + 1 + (((thresholds[offset + j] ?? 0) - (keys[b + (feature[offset + j] ?? 0)] ?? 0)) >>> 31);
      k = k * 2 + 1 + (((thresholds[offset + k] ?? 0) - (keys[c + (feature[offset + k] ?? 0)] ?? 0)) >>> 31);
      l = l * 2 + 1 + (((thresholds[offset + l] ?? 0) - (keys[d + (feature[offset + l] ?? 0)] ?? 0)) >>> 31);
    }
    const at = row - start;
    ends[at] = i;
    ends[at + 1] = j;
    ends[at + 2] = k;
    ends[at + 3] = l;
  }
}

function addLeaves({ depth, leaf, outputs }: GbdtModel, { sums, ends }: Walk, { tree, start, end }: Span): void {
  const leaves = (tree << depth) - ((1 << depth) - 1);
  for (let k = 0; k < outputs; k++)
    for (let row = start; row < end; row++) {
      const to = row * outputs + k;
      sums[to] = (sums[to] ?? 0) + (leaf[(leaves + (ends[row - start] ?? 0)) * outputs + k] ?? 0);
    }
}
