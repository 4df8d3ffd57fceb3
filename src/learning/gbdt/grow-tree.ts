import type { BinnedRows } from './feature-bins.ts';
import { type PackedPulls, PULL_UNIT } from './packed-pulls.ts';

/** When a node is split. */
export interface Growth {
  readonly depth: number;
  /** Fewest rows of a leaf. */
  readonly minRows: number;
  /** Added to the curvature of a leaf (L2 regularisation). */
  readonly l2: number;
}

/** A tree on binned rows: rows of a larger cell than `splitCell` go to the second child; the rows of leaf l are `order[starts[l]…starts[l + 1]]`. */
export interface GrownTree {
  readonly feature: Uint16Array;
  readonly splitCell: Int32Array;
  readonly starts: Int32Array;
}

/** The cell of a node that is no split: nothing is above it. */
export const NO_SPLIT = 65_536;

interface Split {
  readonly feature: number;
  readonly cell: number;
}

interface Grown {
  readonly rows: BinnedRows;
  readonly pulls: PackedPulls;
  readonly growth: Growth;
  readonly order: Int32Array;
  readonly spare: Int32Array;
  /** By node: where its rows begin and end in `order`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By node, while it is open. */
  readonly histograms: Map<number, Float64Array>;
  readonly free: Float64Array[];
}

/** Grows one tree, level by level, on the rows that `order` names; sorts `order` by leaf. */
export function growTree(rows: BinnedRows, pulls: PackedPulls, { order, growth }: { order: Int32Array; growth: Growth }): GrownTree {
  const inner = 2 ** growth.depth - 1;
  const feature = new Uint16Array(inner);
  const splitCell = new Int32Array(inner).fill(NO_SPLIT);
  const nodes = inner * 2 + 1;
  const tree = { rows, pulls, growth, order, spare: new Int32Array(order.length), from: new Int32Array(nodes), to: new Int32Array(nodes) };
  const grown: Grown = { ...tree, histograms: new Map(), free: [] };
  grown.to[0] = order.length;
  if (order.length >= 2 * growth.minRows) grown.histograms.set(0, histogramOf(grown, 0));
  for (let node = 0; node < inner; node++) {
    const split = bestSplit(grown, node);
    if (split) {
      feature[node] = split.feature;
      splitCell[node] = split.cell;
    }
    part(grown, node, split);
  }
  const starts = new Int32Array(inner + 2);
  starts.set(grown.from.subarray(inner));
  starts[inner + 1] = order.length;
  return { feature, splitCell, starts };
}

/** Gives both children their rows, and those that may be split further their histograms. */
function part(grown: Grown, node: number, split: Split | undefined): void {
  const [from, to] = [grown.from[node] ?? 0, grown.to[node] ?? 0];
  const middle = split ? partition(grown, node, split) : to;
  const [left, right] = [node * 2 + 1, node * 2 + 2];
  grown.from[left] = from;
  grown.to[left] = middle;
  grown.from[right] = middle;
  grown.to[right] = to;
  const histogram = grown.histograms.get(node);
  grown.histograms.delete(node);
  if (!histogram) return;
  const isLast = right >= 2 ** grown.growth.depth - 1;
  if (!split || isLast) grown.free.push(histogram);
  else shareHistogram(grown, histogram, middle - from < to - middle ? [left, right] : [right, left]);
}

/** Counts the smaller child; the larger one is what the smaller leaves of its parent. */
function shareHistogram(grown: Grown, parent: Float64Array, [smaller, larger]: readonly [number, number]): void {
  const fewest = 2 * grown.growth.minRows;
  if (sizeOf(grown, larger) < fewest) {
    grown.free.push(parent);
    return;
  }
  const small = histogramOf(grown, smaller);
  for (let at = 0; at < parent.length; at++) parent[at] = (parent[at] ?? 0) - (small[at] ?? 0);
  grown.histograms.set(larger, parent);
  if (sizeOf(grown, smaller) < fewest) grown.free.push(small);
  else grown.histograms.set(smaller, small);
}

function sizeOf({ from, to }: Pick<Grown, 'from' | 'to'>, node: number): number {
  return (to[node] ?? 0) - (from[node] ?? 0);
}

function histogramOf({ rows, pulls: { packed }, order, free, ...grown }: Grown, node: number): Float64Array {
  const { cells, width, bins } = rows;
  const histogram = free.pop()?.fill(0) ?? new Float64Array(width * bins);
  const to = grown.to[node] ?? 0;
  for (let n = grown.from[node] ?? 0; n < to; n++) {
    const row = order[n] ?? 0;
    const value = packed[row] ?? 0;
    const end = (row + 1) * width;
    for (let at = row * width; at < end; at++) {
      const cell = cells[at] ?? 0;
      histogram[cell] = (histogram[cell] ?? 0) + value;
    }
  }
  return histogram;
}

/** What a cut is measured by, all in the whole numbers of the packed pulls. */
interface Node {
  readonly histogram: Float64Array;
  readonly pull: number;
  readonly bend: number;
  /** Least curvature of a child: what the fewest rows have on average. */
  readonly fewest: number;
  readonly l2: number;
}

/** The cut with the largest gain (XGBoost's formula, without a price per leaf), or undefined when none gains anything. */
function bestSplit({ rows: { width, bins }, pulls, growth, histograms, ...grown }: Grown, node: number): Split | undefined {
  const histogram = histograms.get(node);
  if (!histogram) return undefined;
  let total = 0;
  for (let cell = 0; cell < bins; cell++) total += histogram[cell] ?? 0;
  const pull = Math.floor(total / PULL_UNIT);
  const bend = total - pull * PULL_UNIT;
  const l2 = growth.l2 * pulls.curvatureScale;
  const seen = { histogram, pull, bend, fewest: (growth.minRows * bend) / sizeOf(grown, node), l2 };
  const best = { gain: ((pull * pull) / (bend + l2)) * (1 + 1e-9) + 1e-9, cell: -1 };
  for (let f = 0; f < width; f++) searchFeature(seen, f * bins, { end: (f + 1) * bins - 1, best });
  return best.cell < 0 ? undefined : { feature: Math.floor(best.cell / bins), cell: best.cell };
}

function searchFeature(
  { histogram, pull, bend, fewest, l2 }: Node,
  from: number,
  { end, best }: { end: number; best: { gain: number; cell: number } },
): void {
  let sum = 0;
  for (let cell = from; cell < end; cell++) {
    sum += histogram[cell] ?? 0;
    const leftPull = Math.floor(sum / PULL_UNIT);
    const leftBend = sum - leftPull * PULL_UNIT;
    const rightBend = bend - leftBend;
    if (leftBend < fewest) continue;
    if (rightBend < fewest) break;
    const rightPull = pull - leftPull;
    const gain = (leftPull * leftPull) / (leftBend + l2) + (rightPull * rightPull) / (rightBend + l2);
    if (gain <= best.gain) continue;
    best.gain = gain;
    best.cell = cell;
  }
}

/** Moves the rows of the first child before those of the second, each in their order; answers where the second begins. */
function partition({ rows, order, spare, ...grown }: Grown, node: number, { feature, cell }: Split): number {
  const { cells, width } = rows;
  const to = grown.to[node] ?? 0;
  let left = grown.from[node] ?? 0;
  let right = 0;
  for (let n = left; n < to; n++) {
    const row = order[n] ?? 0;
    if ((cells[row * width + feature] ?? 0) > cell) spare[right++] = row;
    else order[left++] = row;
  }
  order.set(spare.subarray(0, right), left);
  return left;
}
