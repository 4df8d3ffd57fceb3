import { Graph, type Value } from '../graphs/graph.ts';
import { kerasLimits } from './limits.ts';
import { refusal } from './refusal.ts';

export type { Value };
/** Sizes without the batch; undefined is one that only the data decides. */
export type Shape = readonly (number | undefined)[];

/** A graph whose weights may not outgrow the limit: one layer that is called often writes its weights often. Throws `model-refused`. */
export class BoundedGraph extends Graph {
  readonly #model: string;
  #bytes = 0;
  #weights = 0;

  /** The name of the model is for messages. */
  constructor(model: string) {
    super();
    this.#model = model;
  }

  override weight(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): Value {
    this.#bytes += values.byteLength;
    if (this.#bytes > kerasLimits.constantBytes) {
      throw refusal(this.#model, `its graph holds more than ${kerasLimits.constantBytes} bytes of weights`, 'make it smaller');
    }
    return super.weight(name, shape, values);
  }

  /** A weight without a name of its own. */
  floats(shape: readonly number[], values: Float32Array): Value {
    return this.weight(`#weight ${this.#weights++}`, shape, values);
  }
}
