import { parametersOf, sizeOf } from '../../src/learning/graphs/parameters.ts';
import type { LstmSpec, SequenceSpec, TcnSpec, TransformerSpec } from '../../src/learning/graphs/sequence-spec.ts';
import { type Float64Tape, float64Tape, type Matrix } from './float64-tape.ts';

/** The three models in plain loops and doubles, written from their papers, window by window. */
export function float64Loss(spec: SequenceSpec, weights: ArrayLike<number>, batch: { x: ArrayLike<number>; y: ArrayLike<number> }) {
  const tape = float64Tape();
  const all = Array.from(weights);
  const parameters = new Map<string, Matrix>();
  let start = 0;
  for (const parameter of parametersOf(spec)) {
    const size = sizeOf(parameter);
    const [rows, columns] = parameter.shape.length === 1 ? [1, size] : [parameter.shape[0] ?? 0, parameter.shape[1] ?? 0];
    parameters.set(parameter.name, tape.matrix(rows, columns, all.slice(start, start + size)));
    start += size;
  }
  const of = (name: string) => parameters.get(name) ?? tape.matrix(0, 0);
  const inputs = spec.window * spec.features;
  const outputs = spec.horizon * spec.features;
  const count = batch.x.length / inputs;
  let loss = 0;
  const forecasts: Matrix[] = [];
  for (let n = 0; n < count; n++) {
    const window = tape.matrix(spec.window, spec.features, Array.from(batch.x).slice(n * inputs, (n + 1) * inputs));
    const forecast = forecastOf(tape, { spec, window, of });
    forecasts.push(forecast);
    for (let at = 0; at < outputs; at++) {
      const error = (forecast.values[at] ?? Number.NaN) - (batch.y[n * outputs + at] ?? Number.NaN);
      loss += error ** 2 / (count * outputs);
      forecast.gradient[at] = (2 * error) / (count * outputs);
    }
  }
  return {
    loss,
    forecast: forecasts.flatMap(({ values }) => [...values]),
    gradient(): Float64Array {
      tape.back();
      return Float64Array.from([...parameters.values()].flatMap((one) => [...one.gradient]));
    },
  };
}

interface Case<Spec = SequenceSpec> {
  readonly spec: Spec;
  readonly window: Matrix;
  readonly of: (name: string) => Matrix;
}

function forecastOf(tape: Float64Tape, { spec, ...rest }: Case): Matrix {
  switch (spec.model) {
    case 'lstm':
      return lstm(tape, { spec, ...rest });
    case 'transformer':
      return transformer(tape, { spec, ...rest });
    case 'tcn':
      return tcn(tape, { spec, ...rest });
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const add = (tape: Float64Tape, a: Matrix, b: Matrix) =>
  tape.each(
    [a, b],
    (x, y) => x + y,
    () => [1, 1],
  );
const multiply = (tape: Float64Tape, a: Matrix, b: Matrix) =>
  tape.each(
    [a, b],
    (x, y) => x * y,
    (x, y) => [y, x],
  );
const relu = (tape: Float64Tape, a: Matrix) =>
  tape.each(
    [a],
    (x) => Math.max(0, x),
    (x) => [x > 0 ? 1 : 0],
  );
const columns = (tape: Float64Tape, a: Matrix, [from, to]: readonly [number, number]) =>
  tape.pick(a.rows, to - from, (r, c) => [a, r, from + c]);
const linear = (tape: Float64Tape, { rows, name, of }: { rows: Matrix; name: string; of: Case['of'] }) =>
  tape.addRow(tape.product(rows, of(`${name}.weight`)), of(`${name}.bias`));

function lstm(tape: Float64Tape, { spec, window, of }: Case<LstmSpec>): Matrix {
  let rows = window;
  for (const [layer, units] of spec.units.entries()) {
    let hidden = tape.matrix(1, units);
    let cell = tape.matrix(1, units);
    const states: Matrix[] = [];
    for (let t = 0; t < spec.window; t++) {
      const input = tape.pick(1, rows.columns, (_, c) => [rows, t, c]);
      const summed = add(
        tape,
        tape.addRow(tape.product(input, of(`lstm${layer}.input`)), of(`lstm${layer}.bias`)),
        tape.product(hidden, of(`lstm${layer}.recurrent`)),
      );
      const gate = (n: number) =>
        tape.each([columns(tape, summed, [n * units, (n + 1) * units])], sigmoid, (x) => [sigmoid(x) * (1 - sigmoid(x))]);
      const tanh = (x: Matrix) => tape.each([x], Math.tanh, (value) => [1 - Math.tanh(value) ** 2]);
      const [input1, output, forget] = [gate(0), gate(1), gate(2)];
      cell = add(tape, multiply(tape, forget, cell), multiply(tape, input1, tanh(columns(tape, summed, [3 * units, 4 * units]))));
      hidden = multiply(tape, output, tanh(cell));
      states.push(hidden);
    }
    rows = tape.pick(spec.window, units, (t, c) => [states[t] ?? hidden, 0, c]);
  }
  const last = tape.pick(1, rows.columns, (_, c) => [rows, spec.window - 1, c]);
  return linear(tape, { rows: last, name: 'head', of });
}

function transformer(tape: Float64Tape, { spec, window, of }: Case<TransformerSpec>): Matrix {
  const { width, heads } = spec;
  const size = width / heads;
  let rows = add(tape, linear(tape, { rows: window, name: 'embed', of }), of('position'));
  for (let layer = 0; layer < spec.layers; layer++) {
    const all = linear(tape, { rows: norm(tape, { rows, name: `layer${layer}.norm1`, of }), name: `layer${layer}.attend`, of });
    const parts = Array.from({ length: heads }, (_, head) => {
      const part = (which: number) => columns(tape, all, [which * width + head * size, which * width + (head + 1) * size]);
      const key = part(1);
      const turned = tape.pick(size, spec.window, (r, c) => [key, c, r]);
      return tape.product(softmax(tape, tape.product(part(0), turned), 1 / Math.sqrt(size)), part(2));
    });
    const joined = tape.pick(spec.window, width, (r, c) => [parts[Math.floor(c / size)] ?? rows, r, c % size]);
    rows = add(tape, rows, linear(tape, { rows: joined, name: `layer${layer}.merge`, of }));
    const wide = linear(tape, { rows: norm(tape, { rows, name: `layer${layer}.norm2`, of }), name: `layer${layer}.widen`, of });
    rows = add(tape, rows, linear(tape, { rows: relu(tape, wide), name: `layer${layer}.narrow`, of }));
  }
  const mean = tape.product(
    tape.matrix(1, spec.window, new Array(spec.window).fill(1 / spec.window)),
    norm(tape, { rows, name: 'norm', of }),
  );
  return linear(tape, { rows: mean, name: 'head', of });
}

/** Each row's sum in all of its places. */
function rowSums(tape: Float64Tape, a: Matrix): Matrix {
  return tape.product(a, tape.matrix(a.columns, a.columns, new Array(a.columns ** 2).fill(1)));
}

function softmax(tape: Float64Tape, a: Matrix, sharpness: number): Matrix {
  const powers = tape.each(
    [a],
    (x) => Math.exp(x * sharpness),
    (x) => [sharpness * Math.exp(x * sharpness)],
  );
  return tape.each(
    [powers, rowSums(tape, powers)],
    (x, sum) => x / sum,
    (x, sum) => [1 / sum, -x / sum ** 2],
  );
}

function norm(tape: Float64Tape, { rows, name, of }: { rows: Matrix; name: string; of: Case['of'] }): Matrix {
  const n = rows.columns;
  const centred = tape.each(
    [rows, rowSums(tape, rows)],
    (x, sum) => x - sum / n,
    () => [1, -1 / n],
  );
  const squares = rowSums(
    tape,
    tape.each(
      [centred],
      (x) => x ** 2,
      (x) => [2 * x],
    ),
  );
  const normal = tape.each(
    [centred, squares],
    (x, sum) => x / Math.sqrt(sum / n + 1e-5),
    (x, sum) => [1 / Math.sqrt(sum / n + 1e-5), (-x / 2 / n) * (sum / n + 1e-5) ** -1.5],
  );
  const scale = tape.pick(rows.rows, n, (_, c) => [of(`${name}.scale`), 0, c]);
  return tape.addRow(multiply(tape, normal, scale), of(`${name}.shift`));
}

function tcn(tape: Float64Tape, { spec, window, of }: Case<TcnSpec>): Matrix {
  let rows = window;
  for (const [block, dilation] of spec.dilations.entries()) {
    const convolution = (input: Matrix, name: string) => {
      const width = input.columns;
      const seen = tape.pick(spec.window, spec.kernel * width, (t, c) => {
        const time = t - (spec.kernel - 1 - Math.floor(c / width)) * dilation;
        return time < 0 ? undefined : [input, time, c % width];
      });
      return relu(tape, linear(tape, { rows: seen, name, of }));
    };
    const inner = convolution(convolution(rows, `block${block}.first`), `block${block}.second`);
    const skipped = rows.columns === spec.channels ? rows : linear(tape, { rows, name: `block${block}.skip`, of });
    rows = relu(tape, add(tape, inner, skipped));
  }
  const last = tape.pick(1, rows.columns, (_, c) => [rows, spec.window - 1, c]);
  return linear(tape, { rows: last, name: 'head', of });
}
