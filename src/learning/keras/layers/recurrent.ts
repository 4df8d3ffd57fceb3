import { z } from 'zod';
import type { Attribute } from '../../graphs/onnx-encoding.ts';
import type { BoundedGraph, Value } from '../bounded-graph.ts';
import { Count, defineLayer, knownSize, type LayerContext, type LayerKind, onlyInput, type WeightSlot } from '../layer-kind.ts';
import { ActivationName, hardSigmoidSlope } from './activation-function.ts';

const base = {
  units: Count,
  use_bias: z.boolean(),
  activation: ActivationName,
  return_sequences: z.boolean(),
  go_backwards: z.boolean(),
  return_state: z.boolean().default(false),
  stateful: z.boolean().default(false),
  time_major: z.boolean().default(false),
};
const gated = { ...base, recurrent_activation: ActivationName };

/** The functions that the ONNX operators know, with what they are told besides the name. */
const operators: Readonly<Record<string, { readonly name: string; readonly alpha?: number; readonly beta?: number }>> = {
  tanh: { name: 'Tanh' },
  sigmoid: { name: 'Sigmoid' },
  relu: { name: 'Relu' },
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  elu: { name: 'Elu', alpha: 1 },
  softplus: { name: 'Softplus' },
  softsign: { name: 'Softsign' },
};

function activationAttributes(context: LayerContext, names: readonly string[]): Record<string, Attribute> {
  const all = names.map((name) => {
    if (name === 'hard_sigmoid') return { name: 'HardSigmoid', alpha: hardSigmoidSlope(context), beta: 0.5 };
    const known = Object.hasOwn(operators, name) ? operators[name] : undefined;
    return (
      known ??
      context.refuse(`its activation \`${name}\` is not supported in a recurrent layer`, `use one of ${Object.keys(operators).join(', ')}`)
    );
  });
  const floats = (of: 'alpha' | 'beta') => ({ floats: all.flatMap((one) => one[of] ?? []) });
  return { activations: all.map(({ name }) => name), activation_alpha: floats('alpha'), activation_beta: floats('beta') };
}

/** One recurrent operator: its gates as Keras orders them, and what ONNX needs to know. */
interface Cell {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  /** The place of each gate of ONNX among those of Keras. */
  readonly gates: readonly number[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Rows of the bias: Keras keeps two where the reset comes after the product. */
  readonly biasRows: 1 | 2;
}

type Config = z.output<z.ZodObject<typeof base>>;

/** A cell with its configuration and the count of its inputs. */
interface Recurrence {
  readonly inputs: number;
  readonly config: Config;
  readonly cell: Cell;
}

function planOf({ inputs, config, cell }: Recurrence, time: number | undefined) {
  const { units, return_sequences: givesAll, go_backwards: isReversed } = config;
  const width = cell.gates.length * units;
  const slot = (n: number, dims: readonly number[]): WeightSlot => ({ path: `cell/vars/${n}`, layer: '', dims, isTrainable: true });
  const bias = cell.biasRows === 2 ? [2, width] : [width];
  return {
    outputs: [givesAll ? [time, units] : [units]],
    weights: [slot(0, [inputs, width]), slot(1, [units, width]), ...(config.use_bias ? [slot(2, bias)] : [])],
    write(graph: BoundedGraph, [x = '']: readonly Value[], weights: readonly Float32Array[]) {
      const timeFirst = graph.node('Transpose', [x], { perm: [1, 0, 2] });
      const attributes = { ...cell.attributes, hidden_size: units, direction: isReversed ? 'reverse' : 'forward' };
      const constants = constantsOf({ inputs, config, cell }, weights).map(({ dims, data }) => graph.floats(dims, data));
      const options = { outputs: 2, attributes };
      const [sequence = '', last = ''] = graph.nodes(cell.op, [timeFirst, ...constants], options);
      if (!givesAll) return [graph.node('Squeeze', [last, graph.integers([0])])];
      const inTime = graph.transpose(graph.node('Squeeze', [sequence, graph.integers([1])]), [1, 0, 2]);
      return [isReversed ? reversed(graph, inTime) : inTime];
    },
  };
}

/** Turns the axis of time around: Keras gives the outputs of a layer that goes backwards in the order of their making. */
export function reversed(graph: BoundedGraph, x: Value): Value {
  const [start, end, axis, step] = [-1, -(2 ** 31), 1, -1];
  return graph.node('Slice', [x, ...[start, end, axis, step].map((value) => graph.integers([value]))]);
}

/** W, R and B as ONNX wants them: gates in its order, one row per number that is computed. */
function constantsOf({ inputs, config: { units }, cell }: Recurrence, [kernel, recurrent, bias]: readonly Float32Array[]) {
  const width = cell.gates.length * units;
  const turned = (source: Float32Array | undefined, rows: number) => {
    const target = new Float32Array(rows * width);
    cell.gates.forEach((gate, place) => {
      for (let unit = 0; unit < units; unit++) {
        for (let row = 0; row < rows; row++) {
          target[(place * units + unit) * rows + row] = source?.[row * width + gate * units + unit] ?? Number.NaN;
        }
      }
    });
    return target;
  };
  const matrices = [
    { dims: [1, width, inputs], data: turned(kernel, inputs) },
    { dims: [1, width, units], data: turned(recurrent, units) },
  ];
  if (!bias) return matrices;
  const both = new Float32Array(2 * width);
  for (let row = 0; row < cell.biasRows; row++) both.set(turned(bias.subarray(row * width, (row + 1) * width), 1), row * width);
  return [...matrices, { dims: [1, 2 * width], data: both }];
}

function supported(context: LayerContext, config: Config): void {
  if (config.return_state) context.refuse('`return_state` is not supported');
  if (config.stateful) context.refuse('a stateful layer is not supported', 'build it with `stateful=False`');
  if (config.time_major) context.refuse('`time_major` is not supported');
}

const lstm = defineLayer({
  classNames: ['LSTM'],
  config: z.looseObject(gated),
  plan(config, inputs, context) {
    supported(context, config);
    const shape = onlyInput(context, inputs, 2);
    const functions = [config.recurrent_activation, config.activation, config.activation];
    const cell: Cell = { op: 'LSTM', gates: [0, 3, 1, 2], attributes: activationAttributes(context, functions), biasRows: 1 };
    return planOf({ inputs: knownSize(context, shape, -1), config, cell }, shape[0]);
  },
});

/** Before `reset_after` became the default the reset gate was applied to the state, not to the product. */
const gru = defineLayer({
  classNames: ['GRU'],
  config: z.looseObject({ ...gated, reset_after: z.boolean() }),
  plan(config, inputs, context) {
    supported(context, config);
    const shape = onlyInput(context, inputs, 2);
    const functions = activationAttributes(context, [config.recurrent_activation, config.activation]);
    const attributes = { ...functions, linear_before_reset: config.reset_after ? 1 : 0 };
    const cell: Cell = { op: 'GRU', gates: [0, 1, 2], attributes, biasRows: config.reset_after ? 2 : 1 };
    return planOf({ inputs: knownSize(context, shape, -1), config, cell }, shape[0]);
  },
});

const simpleRnn = defineLayer({
  classNames: ['SimpleRNN'],
  config: z.looseObject(base),
  plan(config, inputs, context) {
    supported(context, config);
    const shape = onlyInput(context, inputs, 2);
    const cell: Cell = { op: 'RNN', gates: [0], attributes: activationAttributes(context, [config.activation]), biasRows: 1 };
    return planOf({ inputs: knownSize(context, shape, -1), config, cell }, shape[0]);
  },
});

/** Layers that carry a state through time. */
export const recurrentLayers: readonly LayerKind[] = [lstm, gru, simpleRnn];
