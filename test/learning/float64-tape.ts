/** A matrix of doubles that knows its gradient. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
}

/** Plain-loop reverse-mode differentiation on matrices of doubles: slow, short, and without any code in common with the product. */
export interface Float64Tape {
  matrix(rows: number, columns: number, values?: ArrayLike<number>): Matrix;
  /** An operation on single numbers, with the slopes towards its arguments. */
  each(args: readonly Matrix[], value: (...xs: number[]) => number, slopes: (...xs: number[]) => readonly number[]): Matrix;
  product(a: Matrix, b: Matrix): Matrix;
  /** Adds one row to all rows. */
  addRow(a: Matrix, row: Matrix): Matrix;
  /** The element at (r, c) of the result is that of the argument and place named; the rest is 0. */
  pick(rows: number, columns: number, from: (r: number, c: number) => readonly [Matrix, number, number] | undefined): Matrix;
  /** Goes back from all outputs, whose gradients have been set. */
  back(): void;
}

/** A fresh tape. */
export function float64Tape(): Float64Tape {
  const steps: (() => void)[] = [];
  const matrix = (rows: number, columns: number, values?: ArrayLike<number>): Matrix => ({
    rows,
    columns,
    values: values ? Float64Array.from(values) : new Float64Array(rows * columns),
    gradient: new Float64Array(rows * columns),
  });
  const at = ({ values }: Matrix, place: number) => values[place] ?? Number.NaN;
  const give = ({ gradient }: Matrix, place: number, amount: number) => {
    gradient[place] = (gradient[place] ?? Number.NaN) + amount;
  };

  function each(args: readonly Matrix[], value: (...xs: number[]) => number, slopes: (...xs: number[]) => readonly number[]): Matrix {
    const [first] = args;
    if (!first) throw new RangeError('an operation needs an argument');
    const out = matrix(first.rows, first.columns);
    for (let n = 0; n < out.values.length; n++) out.values[n] = value(...args.map((one) => at(one, n)));
    steps.push(() => {
      for (let n = 0; n < out.values.length; n++) {
        const slope = slopes(...args.map((one) => at(one, n)));
        for (const [which, one] of args.entries()) give(one, n, (slope[which] ?? Number.NaN) * (out.gradient[n] ?? 0));
      }
    });
    return out;
  }

  function product(a: Matrix, b: Matrix): Matrix {
    const out = matrix(a.rows, b.columns);
    const over = (visit: (i: number, j: number, k: number) => void) => {
      for (let r = 0; r < a.rows; r++)
        for (let m = 0; m < a.columns; m++)
          for (let c = 0; c < b.columns; c++) visit(r * b.columns + c, r * a.columns + m, m * b.columns + c);
    };
    over((o, i, j) => {
      out.values[o] = at(out, o) + at(a, i) * at(b, j);
    });
    steps.push(() =>
      over((o, i, j) => {
        give(a, i, (out.gradient[o] ?? 0) * at(b, j));
        give(b, j, (out.gradient[o] ?? 0) * at(a, i));
      }),
    );
    return out;
  }

  function pick(rows: number, columns: number, from: (r: number, c: number) => readonly [Matrix, number, number] | undefined): Matrix {
    const out = matrix(rows, columns);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const source = from(r, c);
        if (!source) continue;
        const [of, row, column] = source;
        const [place, origin] = [r * columns + c, row * of.columns + column];
        out.values[place] = at(of, origin);
        steps.push(() => give(of, origin, out.gradient[place] ?? 0));
      }
    return out;
  }

  const addRow = (a: Matrix, row: Matrix) =>
    each(
      [a, pick(a.rows, a.columns, (_, c) => [row, 0, c])],
      (x, y) => x + y,
      () => [1, 1],
    );
  return { matrix, each, product, addRow, pick, back: () => steps.toReversed().forEach((step) => void step()) };
}
