/**
 * Pull and curvature of each row as two whole numbers in one float64: `pull x 2^27 + curvature`. A histogram then adds one number per
 * cell, sums are exact whatever their order, and a sibling is a subtraction.
 */
export interface PackedPulls {
  readonly packed: Float64Array;
  /** Whole numbers per unit of pull, and of curvature. */
  readonly pullScale: number;
  readonly curvatureScale: number;
}

/** What the pull of a packed number is multiplied by. */
export const PULL_UNIT = 2 ** 27;

/** Packs them with as many levels as fit: the sums over all rows stay within 53 bits. Throws a `RangeError` for 4 million rows or more. */
export function packPulls(pulls: Float64Array, curvatures: Float64Array | undefined): PackedPulls {
  const count = pulls.length;
  if (count >= 2 ** 22) throw new RangeError(`${count} rows are too many; take a sample of fewer than 4,194,304`);
  let total = 0;
  let bend = 0;
  for (let row = 0; row < count; row++) {
    total += Math.abs(pulls[row] ?? 0);
    bend += curvatures?.[row] ?? 0;
  }
  const pullScale = total > 0 ? (2 ** 25 - count) / total : 1;
  const curvatureScale = curvatures ? (2 ** 26 - count) / bend : 1;
  const packed = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const curvature = curvatures ? Math.round((curvatures[row] ?? 0) * curvatureScale) : 1;
    packed[row] = Math.round((pulls[row] ?? 0) * pullScale) * PULL_UNIT + curvature;
  }
  return { packed, pullScale, curvatureScale };
}
