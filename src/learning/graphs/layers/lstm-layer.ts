import type { Graph, Value } from '../graph.ts';
import type { Net, Tape } from '../net.ts';

/** The sizes of one LSTM layer. */
export interface LstmSizes {
  readonly window: number;
  readonly units: number;
}

/** What one step leaves for the way back. */
interface Step {
  readonly sigmoids: Value;
  readonly candidate: Value;
  readonly input: Value;
  readonly output: Value;
  readonly forget: Value;
  readonly cellBefore: Value | undefined;
  readonly cellTanh: Value;
  readonly cell: Value;
  readonly hidden: Value;
}

interface Weights {
  readonly input: Value;
  readonly recurrent: Value;
  readonly bias: Value;
}

/**
 * An LSTM (Hochreiter and Schmidhuber 1997, with forget gates), unrolled over the window, from time-major rows. The gates stand in the
 * order of ONNX: input, output, forget, candidate. Returns the hidden state after each step, each a value of its own.
 */
export function lstmLayer({ graph, tape, parameter }: Net, rows: Value, name: string, sizes: LstmSizes): readonly Value[] {
  const weights = { input: parameter(`${name}.input`), recurrent: parameter(`${name}.recurrent`), bias: parameter(`${name}.bias`) };
  const summed = graph.parts(graph.affine(rows, weights.input, { bias: weights.bias }), sizes.window);
  const steps: Step[] = [];
  for (const fromInput of summed) steps.push(stepFrom(graph, fromInput, { before: steps.at(-1), weights, units: sizes.units }));
  const hidden = steps.map((step) => step.hidden);
  tape?.recordAll(hidden, (gradients) => goBack({ graph, tape, steps, gradients }, rows, weights));
  return hidden;
}

function stepFrom(
  graph: Graph,
  fromInput: Value,
  { before, weights, units }: { readonly before: Step | undefined; readonly weights: Weights; readonly units: number },
): Step {
  const summed = before ? graph.affine(before.hidden, weights.recurrent, { bias: fromInput }) : fromInput;
  const [gates = '', raw = ''] = graph.split(summed, [3 * units, units], 1);
  const sigmoids = graph.node('Sigmoid', [gates]);
  const candidate = graph.node('Tanh', [raw]);
  const [input = '', output = '', forget = ''] = graph.split(sigmoids, [units, units, units], 1);
  const fresh = graph.multiply(input, candidate);
  const cell = before ? graph.add(graph.multiply(forget, before.cell), fresh) : fresh;
  const cellTanh = graph.node('Tanh', [cell]);
  const hidden = graph.multiply(output, cellTanh);
  return { sigmoids, candidate, input, output, forget, cellBefore: before?.cell, cellTanh, cell, hidden };
}

interface Back {
  readonly graph: Graph;
  readonly tape: Tape;
  readonly steps: readonly Step[];
  /** By step; missing where nothing asked for that hidden state. */
  readonly gradients: readonly (Value | undefined)[];
}

/** Back through time; the gradients of the weights are one product over all steps each. */
function goBack({ graph, tape, steps, gradients }: Back, rows: Value, weights: Weights): void {
  const sums: Value[] = [];
  let later: { readonly hidden: Value; readonly cell: Value } | undefined;
  for (const [at, step] of [...steps.entries()].toReversed()) {
    const toHidden = total(graph, gradients[at], later?.hidden);
    const through = graph.multiply(graph.multiply(toHidden, step.output), oneMinusSquare(graph, step.cellTanh));
    const toCell = total(graph, through, later?.cell);
    const toSums = gradientOfSums(graph, step, { toHidden, toCell });
    sums.unshift(toSums);
    if (at > 0) later = { hidden: graph.affine(toSums, weights.recurrent, { turnB: true }), cell: graph.multiply(toCell, step.forget) };
  }
  const all = graph.concat(sums, 0);
  tape.give(weights.input, graph.affine(rows, all, { turnA: true }));
  tape.give(weights.bias, graph.sum(all, 0));
  tape.give(weights.recurrent, recurrentGradient(graph, steps, sums));
  if (tape.tracks(rows)) tape.give(rows, graph.affine(all, weights.input, { turnB: true }));
}

function gradientOfSums(graph: Graph, step: Step, { toHidden, toCell }: { readonly toHidden: Value; readonly toCell: Value }): Value {
  const toInput = graph.multiply(toCell, step.candidate);
  const toOutput = graph.multiply(toHidden, step.cellTanh);
  const toForget = step.cellBefore === undefined ? graph.scale(toCell, 0) : graph.multiply(toCell, step.cellBefore);
  const slope = graph.multiply(step.sigmoids, graph.subtract(graph.number(1), step.sigmoids));
  const toGates = graph.multiply(graph.concat([toInput, toOutput, toForget], 1), slope);
  const toCandidate = graph.multiply(graph.multiply(toCell, step.input), oneMinusSquare(graph, step.candidate));
  return graph.concat([toGates, toCandidate], 1);
}

/** With a window of one step the recurrent weights are never used: their gradient is 0. */
function recurrentGradient(graph: Graph, steps: readonly Step[], sums: readonly Value[]): Value {
  const [first] = steps;
  const before = steps.slice(0, -1).map((step) => step.hidden);
  if (before.length === 0) return graph.scale(graph.affine(first?.hidden ?? '', sums[0] ?? '', { turnA: true }), 0);
  return graph.affine(graph.concat(before, 0), graph.concat(sums.slice(1), 0), { turnA: true });
}

function oneMinusSquare(graph: Graph, value: Value): Value {
  return graph.subtract(graph.number(1), graph.multiply(value, value));
}

function total(graph: Graph, a: Value | undefined, b: Value | undefined): Value {
  if (a !== undefined && b !== undefined) return graph.add(a, b);
  const only = a ?? b;
  if (only === undefined) throw new RangeError('no gradient reached the last step of an LSTM: it must be used');
  return only;
}
