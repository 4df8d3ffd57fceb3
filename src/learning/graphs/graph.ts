import { type Attribute, type Dimension, nodeProto, tensorProto, valueInfo } from './onnx-encoding.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** A value in a graph, by its name. */
export type Value = string;
/** The attributes of a node. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** ONNX operator set 17 is the first with LayerNormalization; IR version 8 is the one that came with it. */
const OPERATOR_SET = 17;
const IR_VERSION = 8;

/** Builds an ONNX model node by node. The operations that are used often have a method, all others are a `node`. */
export class Graph {
  readonly #nodes: ProtobufWriter[] = [];
  readonly #weights: ProtobufWriter[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  readonly #constants = new Map<string, Value>();
  #names = 0;

  /** How many operations there are. */
  get size(): number {
    return this.#nodes.length;
  }

  /** Declares an input of floats. */
  input(name: string, shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Declares that a value is an output of the model under this name. */
  output(value: Value, name: string, shape: readonly Dimension[]): void {
    this.#nodes.push(nodeProto({ op: 'Identity', inputs: [value], outputs: [name], attributes: {} }));
    this.#outputs.push(valueInfo(name, shape));
  }

  /** A tensor that is part of the model. */
  weight(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): Value {
    this.#weights.push(tensorProto(name, shape, values));
    return name;
  }

  /** A scalar. */
  number(value: number): Value {
    return this.#constant(`number ${value}`, (name) => this.weight(name, [], Float32Array.of(value)));
  }

  /** A list of integers, as shapes and axes are given. */
  integers(values: readonly number[]): Value {
    return this.#constant(`integers ${values}`, (name) => this.weight(name, [values.length], BigInt64Array.from(values, BigInt)));
  }

  /** An operation with one output. */
  node(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const output = this.#name();
    this.#nodes.push(nodeProto({ op, inputs, outputs: [output], attributes }));
    return output;
  }

  /** An operation with several outputs. */
  nodes(op: string, inputs: readonly Value[], options: { readonly outputs: number; readonly attributes?: Attributes }): readonly Value[] {
    const outputs = Array.from({ length: options.outputs }, () => this.#name());
    this.#nodes.push(nodeProto({ op, inputs, outputs, attributes: options.attributes ?? {} }));
    return outputs;
  }

  add(a: Value, b: Value): Value {
    return this.node('Add', [a, b]);
  }

  subtract(a: Value, b: Value): Value {
    return this.node('Sub', [a, b]);
  }

  multiply(a: Value, b: Value): Value {
    return this.node('Mul', [a, b]);
  }

  scale(a: Value, factor: number): Value {
    return this.multiply(a, this.number(factor));
  }

  /** The matrix product over the last two axes. */
  product(a: Value, b: Value): Value {
    return this.node('MatMul', [a, b]);
  }

  /** a · b (+ bias) of two matrices, either of them turned first. */
  affine(a: Value, b: Value, options: { readonly bias?: Value; readonly turnA?: boolean; readonly turnB?: boolean } = {}): Value {
    const { bias, turnA = false, turnB = false } = options;
    return this.node('Gemm', bias === undefined ? [a, b] : [a, b, bias], { transA: Number(turnA), transB: Number(turnB) });
  }

  /** Another shape; one size may be -1 (whatever is left), 0 takes the size over. */
  reshape(a: Value, shape: readonly number[]): Value {
    return this.node('Reshape', [a, this.integers(shape)]);
  }

  transpose(a: Value, order: readonly number[]): Value {
    return this.node('Transpose', [a], { perm: order });
  }

  concat(values: readonly Value[], axis: number): Value {
    const [only] = values;
    return only !== undefined && values.length === 1 ? only : this.node('Concat', values, { axis });
  }

  /** Parts of these sizes. */
  split(a: Value, sizes: readonly number[], axis: number): readonly Value[] {
    if (sizes.length === 1) return [a];
    return this.nodes('Split', [a, this.integers(sizes)], { outputs: sizes.length, attributes: { axis } });
  }

  /** So many equal parts of the first axis. */
  parts(a: Value, count: number): readonly Value[] {
    return count === 1 ? [a] : this.nodes('Split', [a], { outputs: count, attributes: { axis: 0 } });
  }

  /** The sum over an axis, which goes away unless it is kept with size 1. */
  sum(a: Value, axis: number, { isKept = false } = {}): Value {
    return this.node('ReduceSum', [a, this.integers([axis])], { keepdims: Number(isKept) });
  }

  /** The mean over an axis, which goes away unless it is kept with size 1. */
  mean(a: Value, axis: number, { isKept = false } = {}): Value {
    return this.node('ReduceMean', [a], { axes: [axis], keepdims: Number(isKept) });
  }

  /** The model as the bytes of an .onnx file. */
  bytes(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, 'kubemend');
    for (const weight of this.#weights) graph.message(5, weight);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const operators = new ProtobufWriter().text(1, '').int(2, OPERATOR_SET);
    return new ProtobufWriter().int(1, IR_VERSION).text(2, 'kubemend').message(7, graph).message(8, operators).done().slice();
  }

  #constant(key: string, make: (name: Value) => Value): Value {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = make(this.#name());
    this.#constants.set(key, made);
    return made;
  }

  #name(): Value {
    return `#${this.#names++}`;
  }
}
