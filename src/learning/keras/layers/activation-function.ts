import { z } from 'zod';
import type { BoundedGraph, Value } from '../bounded-graph.ts';
import type { LayerContext } from '../layer-kind.ts';

/** The `activation` of a layer: the name of a function, or nothing. Functions of one's own are written as objects, and stay unknown. */
export const ActivationName = z
  .union([z.string(), z.null().transform(() => 'linear'), z.looseObject({}).transform(nameWithin)])
  .default('linear');

function nameWithin(written: Readonly<Record<string, unknown>>): string {
  const names = [written.registered_name, written.config, written.class_name].filter((part) => typeof part === 'string');
  return `custom ${names.join(' ')}`;
}

/** Adds a function to a graph. */
export type Activate = (graph: BoundedGraph, x: Value) => Value;

const simple =
  (op: string, attributes = {}): Activate =>
  (graph, x) =>
    graph.node(op, [x], attributes);

const swish: Activate = (graph, x) => graph.node('Mul', [x, graph.node('Sigmoid', [x])]);

/** x Φ(x) (Hendrycks & Gimpel 2016), in its exact form. */
const gelu: Activate = (graph, x) => {
  const erf = graph.node('Erf', [graph.node('Mul', [x, graph.number(Math.SQRT1_2)])]);
  const share = graph.node('Mul', [graph.node('Add', [erf, graph.number(1)]), graph.number(0.5)]);
  return graph.node('Mul', [x, share]);
};

const mish: Activate = (graph, x) => {
  const softplus = graph.node('Softplus', [x]);
  return graph.node('Mul', [x, graph.node('Tanh', [softplus])]);
};

const functions: Readonly<Record<string, Activate>> = {
  linear: (_graph, x) => x,
  relu: simple('Relu'),
  relu6: (graph, x) => graph.node('Clip', [x, graph.number(0), graph.number(6)]),
  leaky_relu: simple('LeakyRelu', { alpha: { float: 0.2 } }),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  softmax: simple('Softmax', { axis: -1 }),
  log_softmax: simple('LogSoftmax', { axis: -1 }),
  softplus: simple('Softplus'),
  softsign: simple('Softsign'),
  elu: simple('Elu', { alpha: { float: 1 } }),
  selu: simple('Selu'),
  gelu,
  mish,
  silu: swish,
  swish,
  exponential: simple('Exp'),
};

/** The function of that name. Refuses one that Keras does not bring along or that is not supported, by its name. */
export function activationOf(context: LayerContext, name: string): Activate {
  if (name === 'hard_sigmoid') return simple('HardSigmoid', { alpha: { float: hardSigmoidSlope(context) }, beta: { float: 0.5 } });
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return known ?? context.refuse(`its activation \`${name}\` is not supported`, `use one of ${Object.keys(functions).join(', ')}`);
}

/** 1/6 since Keras 3, 1/5 before; refuses to guess when the file does not say who wrote it. */
export function hardSigmoidSlope(context: LayerContext): number {
  if (context.kerasMajor === undefined) {
    context.refuse('`hard_sigmoid` differs between Keras 2 and 3, and the file does not say which wrote it', 'save it again with Keras');
  }
  return context.kerasMajor >= 3 ? 1 / 6 : 0.2;
}
