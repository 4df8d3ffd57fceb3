import type { Graph, Value } from './graph.ts';

/** What a layer is built into: the graph, the parameters by name, and, where it shall be trained, the tape. */
export interface Net {
  readonly graph: Graph;
  parameter(name: string): Value;
  readonly tape?: Tape;
}

/** Gets the gradient of each output; undefined where nothing asked for it. */
type Back = (gradients: readonly (Value | undefined)[]) => void;

/** Reverse-mode differentiation: each layer records how the gradient of its output becomes those of its inputs and parameters. */
export class Tape {
  readonly #graph: Graph;
  readonly #steps: { readonly outputs: readonly Value[]; readonly back: Back }[] = [];
  readonly #gradients = new Map<Value, Value>();
  readonly #untracked = new Set<Value>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Says how the gradient of `output` is handed on. */
  record(output: Value, back: (gradient: Value) => void): void {
    this.recordAll([output], ([gradient]) => {
      if (gradient !== undefined) back(gradient);
    });
  }

  /** Says how the gradients of several outputs are handed on together. */
  recordAll(outputs: readonly Value[], back: Back): void {
    this.#steps.push({ outputs, back });
  }

  /** Says that nobody asks for the gradient of this value (it came from outside). */
  ignore(value: Value): void {
    this.#untracked.add(value);
  }

  /** True when somebody asks for the gradient of this value. */
  tracks(value: Value): boolean {
    return !this.#untracked.has(value);
  }

  /** Adds to the gradient of a value. */
  give(value: Value, gradient: Value): void {
    const before = this.#gradients.get(value);
    this.#gradients.set(value, before === undefined ? gradient : this.#graph.add(before, gradient));
  }

  /** Goes back from the outputs that were given a gradient to all parameters. */
  run(): void {
    for (const { outputs, back } of this.#steps.toReversed()) {
      const gradients = outputs.map((output) => this.#gradients.get(output));
      if (gradients.some((gradient) => gradient !== undefined)) back(gradients);
    }
  }

  /** The gradient of a value. Throws a `RangeError` for one that no gradient reached. */
  gradient(value: Value): Value {
    const found = this.#gradients.get(value);
    if (found === undefined) throw new RangeError(`no gradient reached ${value}: a layer does not hand it on`);
    return found;
  }
}
