import { z } from 'zod';
import { axisOf, defineLayer, type LayerKind, onlyInput, ownSlot, plainPlan } from '../layer-kind.ts';
import { ActivationName, activationOf } from './activation-function.ts';

const activation = defineLayer({
  classNames: ['Activation'],
  config: z.looseObject({ activation: ActivationName }),
  plan(config, inputs, context) {
    const activate = activationOf(context, config.activation);
    return plainPlan(onlyInput(context, inputs), (graph, [x = '']) => activate(graph, x));
  },
});

const relu = defineLayer({
  classNames: ['ReLU'],
  config: z.looseObject({ max_value: z.number().nullish(), negative_slope: z.number().nullish(), threshold: z.number().nullish() }),
  plan({ max_value, negative_slope, threshold }, inputs, context) {
    if (negative_slope || threshold) context.refuse('a negative slope or a threshold of ReLU is not supported', 'use LeakyReLU');
    return plainPlan(onlyInput(context, inputs), (graph, [x = '']) =>
      typeof max_value === 'number' ? graph.node('Clip', [x, graph.number(0), graph.number(max_value)]) : graph.node('Relu', [x]),
    );
  },
});

/** The slope was called `alpha` before Keras 3. */
const leakyRelu = defineLayer({
  classNames: ['LeakyReLU'],
  config: z.looseObject({ negative_slope: z.number().optional(), alpha: z.number().optional() }),
  plan({ negative_slope, alpha = negative_slope }, inputs, context) {
    if (alpha === undefined) return context.refuse('it does not tell its slope');
    return plainPlan(onlyInput(context, inputs), (graph, inputs) => graph.node('LeakyRelu', inputs, { alpha: { float: alpha } }));
  },
});

const elu = defineLayer({
  classNames: ['ELU'],
  config: z.looseObject({ alpha: z.number() }),
  plan: ({ alpha }, inputs, context) =>
    plainPlan(onlyInput(context, inputs), (graph, inputs) => graph.node('Elu', inputs, { alpha: { float: alpha } })),
});

const prelu = defineLayer({
  classNames: ['PReLU'],
  config: z.looseObject({ shared_axes: z.array(z.int()).nullish() }),
  plan({ shared_axes }, inputs, context) {
    const shape = onlyInput(context, inputs);
    const shared = new Set((shared_axes ?? []).map((axis) => axisOf(context, shape, axis)));
    const dims = shape.map((size, axis) =>
      shared.has(axis) ? 1 : (size ?? context.refuse('it has one slope for each place of an axis of no fixed size')),
    );
    return {
      outputs: [shape],
      weights: [ownSlot(0, dims)],
      write: (graph, [x = ''], [slopes = new Float32Array()]) => [graph.node('PRelu', [x, graph.floats(dims, slopes)])],
    };
  },
});

const softmax = defineLayer({
  classNames: ['Softmax'],
  config: z.looseObject({ axis: z.int() }),
  plan({ axis }, inputs, context) {
    const shape = onlyInput(context, inputs);
    const own = axisOf(context, shape, axis) + 1;
    return plainPlan(shape, (graph, inputs) => graph.node('Softmax', inputs, { axis: own }));
  },
});

/** Layers that are nothing but a function of each number, or of each row. */
export const activationLayers: readonly LayerKind[] = [activation, relu, leakyRelu, elu, prelu, softmax];
