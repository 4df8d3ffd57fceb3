import { Graph, type Value } from './graph.ts';
import { type Net, Tape } from './net.ts';
import { forward, parameterCount, parametersOf, sizeOf } from './parameters.ts';
import type { SequenceSpec } from './sequence-spec.ts';

/** The constants of Adam (Kingma and Ba 2015); epsilon as Keras has it. */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/**
 * One training step as an ONNX model: forward, backward and Adam. Inputs: windows `x` and what came after them `y` (a fixed batch), the
 * flat parameters `p`, the two moments `m` and `v`, `rate` (learning rate, corrected for the first moment) and `boost` (1 over the
 * correction of the second). Outputs: the mean `loss` of all outputs before the step, and `p2`, `m2`, `v2` after it. The loss is the
 * squared error, or, from `bound` on, twice Huber's (1964), which grows as the absolute error does: with a small bound the median is learnt.
 */
export function trainingGraph(spec: SequenceSpec, batch: number, bound = Number.POSITIVE_INFINITY): Uint8Array {
  const graph = new Graph();
  const tape = new Tape(graph);
  const flat = graph.input('p', [parameterCount(spec)]);
  const net = { graph, tape, parameter: parametersIn(graph, flat, spec) };
  const outputs = spec.horizon * spec.features;
  const forecast = forward(net, graph.input('x', [batch, spec.window, spec.features]), spec);
  const error = graph.subtract(forecast, graph.input('y', [batch, outputs]));
  const bounded = Number.isFinite(bound) ? graph.node('Clip', [error, graph.number(-bound), graph.number(bound)]) : error;
  const losses = graph.multiply(bounded, graph.subtract(graph.scale(error, 2), bounded));
  graph.output(graph.node('ReduceMean', [losses], { keepdims: 0 }), 'loss', []);
  tape.give(forecast, graph.scale(bounded, 2 / (batch * outputs)));
  tape.run();
  const gradients = parametersOf(spec).map(({ name }) => graph.reshape(tape.gradient(net.parameter(name)), [-1]));
  adamStep(graph, flat, { gradient: graph.concat(gradients, 0), size: parameterCount(spec) });
  return graph.bytes();
}

/** The loss of one output, as the training graph has it. */
export function lossOf(error: number, bound: number): number {
  const bounded = Math.min(bound, Math.max(-bound, error));
  return bounded * (2 * error - bounded);
}

/** The forecast `y` of windows `x` by flat parameters `p`, for any batch: what training is watched with. */
export function forwardGraph(spec: SequenceSpec): Uint8Array {
  const graph = new Graph();
  const parameter = parametersIn(graph, graph.input('p', [parameterCount(spec)]), spec);
  const forecast = forward({ graph, parameter }, graph.input('x', ['batch', spec.window, spec.features]), spec);
  graph.output(forecast, 'y', ['batch', spec.horizon * spec.features]);
  return graph.bytes();
}

/** Cuts the flat vector into the parameters by name. */
function parametersIn(graph: Graph, flat: Value, spec: SequenceSpec): Net['parameter'] {
  const parameters = parametersOf(spec);
  const parts = graph.split(flat, parameters.map(sizeOf), 0);
  const byName = new Map(
    parameters.map(({ name, shape }, at) => [name, shape.length === 1 ? (parts[at] ?? '') : graph.reshape(parts[at] ?? '', shape)]),
  );
  return (name) => {
    const found = byName.get(name);
    if (found === undefined) throw new RangeError(`${spec.model} has no parameter ${name}`);
    return found;
  };
}

function adamStep(graph: Graph, flat: Value, { gradient, size }: { readonly gradient: Value; readonly size: number }): void {
  const [m, v, rate, boost] = [graph.input('m', [size]), graph.input('v', [size]), graph.input('rate', []), graph.input('boost', [])];
  const mean = graph.add(graph.scale(m, adam.beta1), graph.scale(gradient, 1 - adam.beta1));
  const square = graph.add(graph.scale(v, adam.beta2), graph.scale(graph.multiply(gradient, gradient), 1 - adam.beta2));
  const root = graph.add(graph.node('Sqrt', [graph.multiply(square, boost)]), graph.number(adam.epsilon));
  graph.output(graph.subtract(flat, graph.node('Div', [graph.multiply(rate, mean), root])), 'p2', [size]);
  graph.output(mean, 'm2', [size]);
  graph.output(square, 'v2', [size]);
}
