/** At most so many turns of the power iteration for one direction. */
const TURNS = 200;
const CONVERGED = 1e-10;

/**
 * The orthonormal directions of the largest variance about the origin, as few as hold the wanted share of it (principal components, by
 * power iteration with deflation). `rows` holds `dims` numbers a row.
 */
export function leadingDirections(rows: Float64Array, dims: number, share: number): readonly Float64Array[] {
  const covariance = covarianceOf(rows, dims);
  const total = covariance.reduce((sum, one, cell) => (cell % (dims + 1) === 0 ? sum + one : sum), 0);
  const found: Float64Array[] = [];
  let held = 0;
  while (found.length < dims && held < share * total) {
    const { direction, variance } = strongest(covariance, dims);
    if (!(variance > 0)) break;
    found.push(direction);
    held += variance;
    for (let cell = 0; cell < covariance.length; cell++) {
      const product = (direction[Math.floor(cell / dims)] ?? 0) * (direction[cell % dims] ?? 0);
      covariance[cell] = (covariance[cell] ?? 0) - variance * product;
    }
  }
  return found;
}

function covarianceOf(rows: Float64Array, dims: number): Float64Array {
  const covariance = new Float64Array(dims * dims);
  const count = rows.length / dims;
  for (let from = 0; from < rows.length; from += dims)
    for (let cell = 0; cell < covariance.length; cell++) {
      const product = (rows[from + Math.floor(cell / dims)] ?? 0) * (rows[from + (cell % dims)] ?? 0);
      covariance[cell] = (covariance[cell] ?? 0) + product / count;
    }
  return covariance;
}

function strongest(covariance: Float64Array, dims: number): { readonly direction: Float64Array; readonly variance: number } {
  let direction = Float64Array.from({ length: dims }, (_, metric) => 1 / (metric + 1));
  let variance = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const next = direction.map((_, row) => direction.reduce((sum, part, column) => sum + part * (covariance[row * dims + column] ?? 0), 0));
    const length = Math.sqrt(next.reduce((sum, part) => sum + part * part, 0));
    if (length === 0) return { direction, variance: 0 };
    direction = next.map((part) => part / length);
    if (Math.abs(length - variance) < CONVERGED * length) break;
    variance = length;
  }
  return { direction, variance };
}
