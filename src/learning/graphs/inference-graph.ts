import { Graph, type Value } from './graph.ts';
import { forward, parameterSlices, parametersOf } from './parameters.ts';
import type { LstmSpec, SequenceSpec } from './sequence-spec.ts';

/** A trained model as an ONNX file: windows `x` of any batch in, the forecast `y` out, step after step with all features each. */
export function inferenceGraph(spec: SequenceSpec, weights: Float32Array): Uint8Array {
  const graph = new Graph();
  const windows = graph.input('x', ['batch', spec.window, spec.features]);
  const forecast = spec.model === 'lstm' ? lstmByOperator(graph, windows, { spec, weights }) : byForward(graph, windows, { spec, weights });
  graph.output(forecast, 'y', ['batch', spec.horizon * spec.features]);
  return graph.bytes();
}

interface Trained<Spec extends SequenceSpec = SequenceSpec> {
  readonly spec: Spec;
  readonly weights: Float32Array;
}

function byForward(graph: Graph, windows: Value, { spec, weights }: Trained): Value {
  const slices = parameterSlices(spec, weights);
  for (const { name, shape } of parametersOf(spec)) graph.weight(name, shape, slices.get(name) ?? new Float32Array());
  return forward({ graph, parameter: (name) => name }, windows, spec);
}

/** ONNX has an LSTM operator, which is faster than the unrolled steps; its weights stand the other way round, with two biases. */
function lstmByOperator(graph: Graph, windows: Value, { spec, weights }: Trained<LstmSpec>): Value {
  const slices = parameterSlices(spec, weights);
  const slice = (name: string) => slices.get(name) ?? new Float32Array();
  let sequence = graph.transpose(windows, [1, 0, 2]);
  let last = sequence;
  for (const [layer, units] of spec.units.entries()) {
    const gates = 4 * units;
    const width = spec.units[layer - 1] ?? spec.features;
    const bias = new Float32Array(2 * gates);
    bias.set(slice(`lstm${layer}.bias`));
    const inputs = [
      sequence,
      graph.weight(`lstm${layer}.input`, [1, gates, width], turned(slice(`lstm${layer}.input`), width, gates)),
      graph.weight(`lstm${layer}.recurrent`, [1, gates, units], turned(slice(`lstm${layer}.recurrent`), units, gates)),
      graph.weight(`lstm${layer}.bias`, [1, 2 * gates], bias),
    ];
    const [all = '', end = ''] = graph.nodes('LSTM', inputs, { outputs: 2, attributes: { hidden_size: units } });
    sequence = graph.node('Squeeze', [all, graph.integers([1])]);
    last = graph.node('Squeeze', [end, graph.integers([0])]);
  }
  const head = graph.weight('head.weight', [spec.units.at(-1) ?? spec.features, spec.horizon * spec.features], slice('head.weight'));
  return graph.affine(last, head, { bias: graph.weight('head.bias', [spec.horizon * spec.features], slice('head.bias')) });
}

function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: values.length }, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}
