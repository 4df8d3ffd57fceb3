import { z } from 'zod';
import { Count, defineLayer, knownSize, onlyInput, ownSlot } from '../layer-kind.ts';
import { ActivationName, activationOf } from './activation-function.ts';

/** A matrix on the last axis, with a bias. */
export const dense = defineLayer({
  classNames: ['Dense'],
  config: z.looseObject({ units: Count, use_bias: z.boolean(), activation: ActivationName, quantization_config: z.unknown().optional() }),
  plan({ units, use_bias, activation, quantization_config }, inputs, context) {
    const shape = onlyInput(context, inputs);
    if (quantization_config) context.refuse('quantised weights are not supported', 'save the model before it is quantised');
    const activate = activationOf(context, activation);
    const dims = [knownSize(context, shape, -1), units];
    return {
      outputs: [[...shape.slice(0, -1), units]],
      weights: [ownSlot(0, dims), ...(use_bias ? [ownSlot(1, [units])] : [])],
      write(graph, [x = ''], [kernel = new Float32Array(), bias]) {
        const product = graph.node('MatMul', [x, graph.floats(dims, kernel)]);
        return [activate(graph, bias ? graph.node('Add', [product, graph.floats([units], bias)]) : product)];
      },
    };
  },
});
