import { describe, expect, it } from 'vitest';
import { BoundedGraph } from './bounded-graph.ts';
import { type KerasFile, kerasToOnnx } from './keras-to-onnx.ts';
import { kerasLimits } from './limits.ts';

type Record = Readonly<{ [key: string]: unknown }>;

/** A file whose weights are zeros of the sizes that are asked for. */
function fileOf(config: unknown, version: string | undefined = '3.15.1'): KerasFile {
  return {
    name: 'model.keras',
    config,
    version,
    weights: (slots) => slots.map(({ dims }) => ({ dims, values: () => new Float32Array(dims.reduce((all, size) => all * size, 1)) })),
  };
}

const layer = (class_name: string, config: Record = {}, more: Record = {}) => ({
  class_name,
  module: 'keras.layers',
  registered_name: null,
  config: { name: class_name.toLowerCase(), ...config },
  ...more,
});
const input = (shape: readonly unknown[] = [null, 6, 3], name = 'x') => layer('InputLayer', { batch_shape: shape, name });
const sequential = (...layers: readonly unknown[]) => ({ class_name: 'Sequential', module: 'keras', config: { name: 'all', layers } });
const dense = (config: Record = {}) => layer('Dense', { units: 2, use_bias: true, activation: 'linear', ...config });
const lstm = (config: Record = {}) =>
  layer('LSTM', {
    units: 2,
    use_bias: true,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    return_sequences: false,
    go_backwards: false,
    ...config,
  });
const conv = (config: Record = {}) =>
  layer('Conv1D', {
    filters: 2,
    kernel_size: [3],
    strides: [1],
    dilation_rate: [1],
    padding: 'valid',
    use_bias: true,
    activation: 'relu',
    ...config,
  });

/** A call of a functional model as Keras 3 writes it. */
const call = (refs: readonly (readonly [string, number, number])[], kwargs: Record = {}) => ({
  args: refs.map((keras_history) => ({ class_name: '__keras_tensor__', config: { shape: [null], keras_history } })),
  kwargs,
});
const functional = (layers: readonly unknown[], outputs: unknown, inputs: unknown = [['x', 0, 0]]) => ({
  class_name: 'Functional',
  module: 'keras.src.models.functional',
  registered_name: 'Functional',
  config: { name: 'all', layers, input_layers: inputs, output_layers: outputs },
});
const from = (...refs: readonly (readonly [string, number, number])[]) => ({ inbound_nodes: [call(refs)] });

function nested(depth: number): unknown {
  return depth === 0
    ? dense()
    : { ...sequential(input(), nested(depth - 1)), config: { name: `n${depth}`, layers: [input(), nested(depth - 1)] } };
}

describe('a Keras model', () => {
  it('is written with its inputs and outputs', () => {
    const { inputs, outputs } = kerasToOnnx(fileOf(sequential(input([null, null, 3]), lstm({ return_sequences: true }), dense())));
    expect(inputs).toEqual([{ name: 'x', shape: [undefined, 3] }]);
    expect(outputs).toEqual([{ name: 'dense', shape: [undefined, 2] }]);
  });

  it('may be functional, with one layer called twice', () => {
    const twice = { ...dense(), inbound_nodes: [call([['x', 0, 0]]), call([['y', 0, 0]])] };
    const sum = { ...layer('Add'), ...from(['dense', 0, 0], ['dense', 1, 0]) };
    const model = functional(
      [input([null, 3]), input([null, 3], 'y'), twice, sum],
      ['add', 0, 0],
      [
        ['x', 0, 0],
        ['y', 0, 0],
      ],
    );
    expect(kerasToOnnx(fileOf(model)).outputs).toEqual([{ name: 'add', shape: [2] }]);
  });

  it.each([
    [
      'a layer of no known class',
      sequential(input(), layer('Attention')),
      'layer `attention` (Attention): layers of this class are not supported',
    ],
    ['Python code', sequential(input(), layer('Lambda')), 'layer `lambda` (Lambda): a Lambda layer is refused: it holds Python code'],
    ['Python code within a wrapper', sequential(input(), layer('TimeDistributed', { layer: layer('Lambda') })), 'layer `lambda` (Lambda)'],
    [
      'a registered class',
      sequential(input(), { ...dense(), registered_name: 'mine>Dense' }),
      'is not a layer of Keras (keras.layers, mine>Dense)',
    ],
    ['a class of another module', sequential(input(), { ...dense(), module: 'os' }), 'it is not a layer of Keras (os)'],
    [
      'a module that only begins as Keras does',
      sequential(input(), { ...dense(), module: 'keras_evil.layers' }),
      'it is not a layer of Keras',
    ],
    [
      'a function of its own',
      sequential(input(), dense({ activation: { class_name: 'function', config: 'mine' } })),
      '`custom mine function`',
    ],
    ['a function by the name of a property', sequential(input(), dense({ activation: 'constructor' })), '`constructor` is not supported'],
    ['half precision', sequential(input(), dense({ dtype: { config: { name: 'mixed_float16' } } })), 'it computes in mixed_float16'],
    ['quantised weights', sequential(input(), dense({ quantization_config: { mode: 'int8' } })), 'quantised'],
    ['a state that is kept', sequential(input(), lstm({ stateful: true })), 'a stateful layer'],
    ['a state that is given', sequential(input(), lstm({ return_state: true })), '`return_state`'],
    ['an activation that no recurrent operator knows', sequential(input(), lstm({ activation: 'gelu' })), 'in a recurrent layer'],
    ['a recurrent layer without time', sequential(input([null, 3]), lstm()), 'it gets 2 axes (batch included) where 3 are expected'],
    [
      'two directions that are not merged',
      sequential(input(), layer('Bidirectional', { layer: lstm(), merge_mode: null })),
      '`merge_mode=None`',
    ],
    ['channels first', sequential(input(), conv({ data_format: 'channels_first' })), 'only channels_last'],
    ['a window that is too wide', sequential(input(), conv({ kernel_size: [7] })), 'wider than its input'],
    ['a dilation without bounds', sequential(input(), conv({ dilation_rate: [1e9], padding: 'causal' })), 'its window reaches over'],
    ['groups that do not divide', sequential(input(), conv({ groups: 2 })), 'do not divide'],
    ['features that only the data decides', sequential(input([null, 6, null]), dense()), 'must be fixed'],
    ['no features at all', sequential(input([null]), dense()), 'is not understood'],
    ['a billion units', sequential(input(), dense({ units: 1e9 })), 'it gives 6000000000 numbers for one sample'],
    ['a billion copies', sequential(input([null, 3]), layer('RepeatVector', { n: 1e9 })), 'it gives 3000000000 numbers for one sample'],
    [
      'a billion steps',
      sequential(input([null, 1e9, 3]), layer('GlobalMaxPooling1D')),
      'input `x`: it takes 3000000000 numbers for one sample',
    ],
    ['half a unit', sequential(input(), dense({ units: 1.5 })), 'its configuration is not understood (units'],
    [
      'too many layers',
      sequential(input(), ...Array.from({ length: 2_001 }, (_, n) => layer('Dropout', { name: `d${n}` }))),
      'more than 2000 layers',
    ],
    ['models in models without end', nested(kerasLimits.depth + 2), `nested more than ${kerasLimits.depth} deep`],
    ['two layers of one name', sequential(input(), dense(), dense()), 'no names of their own'],
    ['a shape that does not fit', sequential(input(), layer('Reshape', { target_shape: [4, -1, -1] })), 'do not fit its shape'],
    ['an axis that is not there', sequential(input(), layer('Softmax', { axis: 3 })), 'its axis 3 is not one of its input'],
    ['the axis of the batch', sequential(input(), layer('Softmax', { axis: 0 })), 'its axis 0 is not one of its input'],
    ['an output that is called as the graph calls its own', sequential(input(), dense({ name: '#1' })), 'cannot be called `#1`'],
    ['an input that is an output', functional([input()], ['x', 0, 0]), 'or an input back'],
    ['an output that nothing gives', functional([input()], ['nowhere', 0, 0]), 'nothing gives output 0 of layer `nowhere`'],
    [
      'a circle',
      functional(
        [
          input(),
          { ...layer('Dropout', { name: 'a' }), ...from(['b', 0, 0]) },
          { ...layer('Dropout', { name: 'b' }), ...from(['a', 0, 0]) },
        ],
        ['a', 0, 0],
      ),
      'needs its own output',
    ],
    [
      'a call in training',
      functional([input(), { ...layer('Dropout'), inbound_nodes: [call([['x', 0, 0]], { training: true })] }], ['dropout', 0, 0]),
      'arguments besides its inputs',
    ],
    [
      'a call with a mask',
      functional([input(), { ...dense(), inbound_nodes: [[['x', 0, 0, { mask: ['x', 0, 0] }]]] }], ['dense', 0, 0]),
      'arguments besides its inputs',
    ],
    [
      'merged tensors of two shapes',
      functional(
        [input(), { ...dense(), ...from(['x', 0, 0]) }, { ...layer('Add'), ...from(['x', 0, 0], ['dense', 0, 0]) }],
        ['add', 0, 0],
      ),
      'of one shape',
    ],
    ['another kind of model', { ...sequential(input()), class_name: 'Custom' }, 'a model of the class Custom is not supported'],
    ['no model', null, 'is not understood'],
  ])('is refused for %s', (_name, config, reason) => {
    expect(() => kerasToOnnx(fileOf(config))).toThrow(
      expect.objectContaining({ code: 'model-refused', message: expect.stringContaining(reason) }),
    );
  });

  it('is refused for `hard_sigmoid` when nobody knows which Keras wrote it', () => {
    const config = sequential(input(), dense({ activation: 'hard_sigmoid' }));
    expect(() => kerasToOnnx({ ...fileOf(config), version: undefined })).toThrow(/differs between Keras 2 and 3/);
    expect(kerasToOnnx(fileOf(config, '2.15.0')).onnx).not.toEqual(kerasToOnnx(fileOf(config, '3.15.1')).onnx);
  });

  it('is refused before a weight is read that is larger than its layer says', () => {
    const file = fileOf(sequential(input([null, 3]), dense()));
    const values = () => expect.fail('it was read');
    expect(() => kerasToOnnx({ ...file, weights: (slots) => slots.map(() => ({ dims: [1e6, 1e6], values })) })).toThrow(
      /layer `dense`, weight layers\/dense\/vars\/0: the file holds 1000000 x 1000000 where the layer needs 3 x 2/,
    );
  });
});

describe('the graph of an imported model', () => {
  it('does not outgrow its limit, however often a layer is called', () => {
    const graph = new BoundedGraph('model.keras');
    const numbers = new Float32Array(kerasLimits.constantBytes / 8 + 1);
    graph.floats([numbers.length], numbers);
    expect(() => graph.floats([numbers.length], numbers)).toThrow(/model.keras: its graph holds more than/);
  });
});
