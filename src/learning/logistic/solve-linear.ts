/**
 * Solves `matrix x = right` for a symmetric positive definite matrix (row by row) by Cholesky's decomposition, in O(n^3). Throws a
 * `RangeError` when it is not positive definite: add a penalty to the diagonal.
 */
export function solveLinear(matrix: Float64Array, right: Float64Array): Float64Array {
  const lower = choleskyOf(matrix, right.length);
  const solution = Float64Array.from(right);
  const size = right.length;
  for (let row = 0; row < size; row++) {
    let rest = solution[row] ?? 0;
    for (let n = 0; n < row; n++) rest -= (lower[row * size + n] ?? 0) * (solution[n] ?? 0);
    solution[row] = rest / (lower[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row--) {
    let rest = solution[row] ?? 0;
    for (let n = row + 1; n < size; n++) rest -= (lower[n * size + row] ?? 0) * (solution[n] ?? 0);
    solution[row] = rest / (lower[row * size + row] ?? 1);
  }
  return solution;
}

function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      lower[row * size + column] = restOf(matrix, lower, { row, column, size }) / (lower[column * size + column] ?? 1);
    }
    const rest = restOf(matrix, lower, { row, column: row, size });
    if (!(rest > 0)) throw new RangeError(`the matrix is not positive definite at row ${row}; add a penalty to its diagonal`);
    lower[row * size + row] = Math.sqrt(rest);
  }
  return lower;
}

function restOf(matrix: Float64Array, lower: Float64Array, { row, column, size }: { row: number; column: number; size: number }): number {
  let rest = matrix[row * size + column] ?? 0;
  for (let n = 0; n < column; n++) rest -= (lower[row * size + n] ?? 0) * (lower[column * size + n] ?? 0);
  return rest;
}
