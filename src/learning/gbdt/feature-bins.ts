import type { Rows } from './gbdt-model.ts';

/**
 * Rows with each value replaced by a cell: the number of its bin among all bins of all features. Feature f has the cells from f x bins
 * on; the first of them is for NaN and all that is not above the first edge.
 */
export interface BinnedRows {
  readonly count: number;
  readonly width: number;
  /** Cells per feature. */
  readonly bins: number;
  readonly cells: Uint16Array;
  /** By cell, the largest value that falls into it; `Infinity` for the last one of a feature. */
  readonly edges: Float32Array;
}

/** So many values of a feature are sorted to find its bins. */
const SAMPLE = 8_192;

/** Cuts each feature into at most `bins` of about equally many rows. Throws a `RangeError` when the cells do not fit 16 bits. */
export function binRows(rows: Rows, bins: number): BinnedRows {
  if (rows.width * bins > 65_536) throw new RangeError(`${rows.width} features x ${bins} bins are more than 65,536 cells`);
  const edges = new Float32Array(rows.width * bins).fill(Number.POSITIVE_INFINITY);
  const cells = new Uint16Array(rows.count * rows.width);
  for (let f = 0; f < rows.width; f++) {
    const own = edgesOf(rows, f, bins);
    edges.set(own, f * bins);
    fillCells(rows, cells, { f, bins, edges: own });
  }
  return { count: rows.count, width: rows.width, bins, cells, edges };
}

/** Between two neighbouring values that were seen, so that a value as it was seen never lies on an edge but at the lower end. */
function edgesOf({ count, width, values }: Rows, f: number, bins: number): Float32Array {
  const stride = Math.max(1, Math.floor(count / SAMPLE));
  const seen = new Float32Array(Math.ceil(count / stride));
  let size = 0;
  for (let row = 0; row < count; row += stride) {
    const value = values[row * width + f] ?? Number.NaN;
    if (!Number.isNaN(value)) seen[size++] = value;
  }
  const sorted = seen.subarray(0, size).sort();
  const edges: number[] = [];
  for (let n = 1; n < bins; n++) {
    const at = Math.floor((n * size) / bins);
    const edge = edgeBelow(sorted, at);
    if (edge !== undefined && edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY)) edges.push(edge);
  }
  return Float32Array.from(edges);
}

/** The middle between the value there and the next smaller one; undefined when there is none. */
function edgeBelow(sorted: Float32Array, at: number): number | undefined {
  const value = sorted[at];
  if (value === undefined) return undefined;
  let below = at - 1;
  while (below >= 0 && sorted[below] === value) below--;
  const smaller = sorted[below];
  return smaller === undefined ? undefined : Math.fround(smaller + (value - smaller) / 2);
}

function fillCells({ count, width, values }: Rows, cells: Uint16Array, feature: { f: number; bins: number; edges: Float32Array }): void {
  const { f, bins, edges } = feature;
  for (let row = 0, at = f; row < count; row++, at += width) {
    const value = values[at] ?? 0;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value > (edges[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    cells[at] = f * bins + low;
  }
}
