import type { Rows } from '../gbdt/gbdt-model.ts';
import { orderedKeys } from '../gbdt/ordered-keys.ts';

/**
 * Trees of random cuts, all of one depth, as columns. Inner node i has the children 2i + 1 and 2i + 2: the second one for a value above
 * the cut. A node that is no cut has `Infinity`, so its rows go on to its first leaf, which holds the path's length.
 */
export interface IsolationForest {
  readonly width: number;
  readonly trees: number;
  readonly depth: number;
  readonly feature: Uint16Array;
  readonly cut: Float32Array;
  readonly length: Float32Array;
  /** The path's length in a tree of the sample's size when nothing is odd. */
  readonly usual: number;
}

/** How a forest is grown. */
export interface IsolationForestOptions {
  readonly trees?: number;
  /** Rows that each tree sees. */
  readonly sample?: number;
  readonly random: () => number;
}

interface Growing {
  readonly rows: Rows;
  readonly forest: IsolationForest;
  readonly order: Int32Array;
  readonly tree: number;
  readonly random: () => number;
}

/** Isolation forest (Liu, Ting and Zhou 2008): rows that random cuts set apart early are odd. Throws a `RangeError` for fewer than two rows. */
export function growIsolationForest(rows: Rows, { trees = 100, sample = 256, random }: IsolationForestOptions): IsolationForest {
  if (rows.count < 2) throw new RangeError(`a forest needs two rows at least, there are ${rows.count}`);
  const size = Math.min(sample, rows.count);
  const depth = Math.max(1, Math.ceil(Math.log2(size)));
  const inner = 2 ** depth - 1;
  const forest: IsolationForest = {
    width: rows.width,
    trees,
    depth,
    feature: new Uint16Array(trees * inner),
    cut: new Float32Array(trees * inner).fill(Number.POSITIVE_INFINITY),
    length: new Float32Array(trees * (inner + 1)),
    usual: usualLength(size),
  };
  const order = Int32Array.from({ length: rows.count }, (_, row) => row);
  for (let tree = 0; tree < trees; tree++) {
    drawFirst(order, size, random);
    grow({ rows, forest, order, tree, random }, { node: 0, from: 0, to: size, level: 0 });
  }
  return forest;
}

/** The score of each row: near 1 is odd, well below 0.5 is not. Costs depth x trees comparisons per row. Throws a `RangeError` for another width. */
export function isolationScores(forest: IsolationForest, rows: Rows): Float64Array {
  if (rows.width !== forest.width) throw new RangeError(`rows have ${rows.width} values instead of ${forest.width}`);
  const walk = { keys: orderedKeys(rows.values), cuts: orderedKeys(forest.cut), sums: new Float64Array(rows.count) };
  for (let start = 0; start < rows.count; start += BLOCK)
    for (let tree = 0; tree < forest.trees; tree++) addLengths(forest, walk, { tree, start, end: Math.min(rows.count, start + BLOCK) });
  return walk.sums.map((sum) => 2 ** (-sum / forest.trees / forest.usual));
}

/** How many rows go through a tree before the next tree: they stay in the nearest cache. */
const BLOCK = 512;

function addLengths(
  { depth, feature, length, width }: IsolationForest,
  { keys, cuts, sums }: { keys: Int32Array; cuts: Int32Array; sums: Float64Array },
  { tree, start, end }: { tree: number; start: number; end: number },
): void {
  const inner = (1 << depth) - 1;
  const offset = tree * inner;
  const leaves = tree * (inner + 1) - inner;
  for (let row = start, at = start * width; row < end; row++, at += width) {
    let node = 0;
    for (let level = 0; level < depth; level++) {
      const above = ((cuts[offset + node] ?? 0) - (keys[at + (feature[offset + node] ?? 0)] ?? 0)) >>> 31;
      node = node * 2 + 1 + above;
    }
    sums[row] = (sums[row] ?? 0) + (length[leaves + node] ?? 0);
  }
}

function grow(growing: Growing, { node, from, to, level }: { node: number; from: number; to: number; level: number }): void {
  const { forest, tree, order } = growing;
  const inner = 2 ** forest.depth - 1;
  const split = level < forest.depth && to - from > 1 ? randomCut(growing, from, to) : undefined;
  if (!split) {
    const leaf = (node + 1) * 2 ** (forest.depth - level) - 1 - inner;
    forest.length[tree * (inner + 1) + leaf] = level + usualLength(to - from);
    return;
  }
  forest.feature[tree * inner + node] = split.feature;
  forest.cut[tree * inner + node] = split.cut;
  const middle = partition(growing.rows, order, { from, to, ...split });
  grow(growing, { node: node * 2 + 1, from, to: middle, level: level + 1 });
  grow(growing, { node: node * 2 + 2, from: middle, to, level: level + 1 });
}

/** A feature that differs among these rows, drawn evenly, and a cut between its ends; undefined when all rows are the same. */
function randomCut({ rows: { values, width }, order, random }: Growing, from: number, to: number) {
  const first = Math.floor(random() * width);
  for (let n = 0; n < width; n++) {
    const feature = (first + n) % width;
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = from; at < to; at++) {
      const value = values[(order[at] ?? 0) * width + feature] ?? Number.NaN;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (high > low) return { feature, cut: Math.fround(Math.min(low + random() * (high - low), justBelow(high))) };
  }
  return undefined;
}

/** A cut never takes all rows. */
function justBelow(high: number): number {
  return high - Math.abs(high) * 1e-6 - Number.MIN_VALUE;
}

function partition(
  { values, width }: Rows,
  order: Int32Array,
  { from, to, feature, cut }: { from: number; to: number; feature: number; cut: number },
): number {
  let middle = from;
  for (let at = from; at < to; at++) {
    const row = order[at] ?? 0;
    if ((values[row * width + feature] ?? 0) > cut) continue;
    order[at] = order[middle] ?? 0;
    order[middle++] = row;
  }
  return middle;
}

/** Brings `size` rows, drawn evenly, to the front (Fisher and Yates). */
function drawFirst(order: Int32Array, size: number, random: () => number): void {
  for (let at = 0; at < size; at++) {
    const from = at + Math.floor(random() * (order.length - at));
    const row = order[from] ?? 0;
    order[from] = order[at] ?? 0;
    order[at] = row;
  }
}

const EULER = 0.577_215_664_9;

/** The mean length of an unsuccessful search in a binary tree of so many rows. */
function usualLength(size: number): number {
  if (size <= 1) return 0;
  return size === 2 ? 1 : 2 * (Math.log(size - 1) + EULER) - (2 * (size - 1)) / size;
}
