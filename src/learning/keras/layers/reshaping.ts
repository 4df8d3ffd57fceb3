import { z } from 'zod';
import type { BoundedGraph, Shape, Value } from '../bounded-graph.ts';
import { Count, defineLayer, knownSize, type LayerContext, type LayerKind, OneSize, onlyInput, plainPlan } from '../layer-kind.ts';
import { kerasLimits } from '../limits.ts';

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
const fixed = (context: LayerContext, shape: Shape) => shape.map((_, axis) => knownSize(context, shape, axis));

function reshaped(graph: BoundedGraph, x: Value, sizes: readonly number[]): Value {
  return graph.node('Reshape', [x, graph.integers([-1, ...sizes])]);
}

const flatten = defineLayer({
  classNames: ['Flatten'],
  config: z.looseObject({ data_format: z.literal('channels_last', { error: 'only channels_last is supported' }).nullish() }),
  plan(_config, inputs, context) {
    const size = product(fixed(context, onlyInput(context, inputs)));
    return plainPlan([size], (graph, [x = '']) => reshaped(graph, x, [size]));
  },
});

const reshape = defineLayer({
  classNames: ['Reshape'],
  config: z.looseObject({ target_shape: z.array(z.union([Count, z.literal(-1)])) }),
  plan({ target_shape }, inputs, context) {
    const size = product(fixed(context, onlyInput(context, inputs)));
    const rest = size / product(target_shape.filter((one) => one !== -1));
    const target = target_shape.map((one) => (one === -1 ? rest : one));
    const isOpenOnce = target_shape.filter((one) => one === -1).length <= 1;
    if (!isOpenOnce || product(target) !== size) context.refuse(`${size} numbers do not fit its shape ${target_shape.join(' x ')}`);
    return plainPlan(target, (graph, [x = '']) => reshaped(graph, x, target));
  },
});

const permute = defineLayer({
  classNames: ['Permute'],
  config: z.looseObject({ dims: z.array(Count) }),
  plan({ dims }, inputs, context) {
    const shape = onlyInput(context, inputs);
    if (dims.toSorted((a, b) => a - b).join() !== shape.map((_, axis) => axis + 1).join())
      context.refuse('its order is not one of its axes');
    return plainPlan(
      dims.map((axis) => shape[axis - 1]),
      (graph, inputs) => graph.node('Transpose', inputs, { perm: [0, ...dims] }),
    );
  },
});

const repeatVector = defineLayer({
  classNames: ['RepeatVector'],
  config: z.looseObject({ n: Count }),
  plan({ n }, inputs, context) {
    const [size] = onlyInput(context, inputs, 1);
    return plainPlan([n, size], (graph, [x = '']) => {
      const column = graph.node('Unsqueeze', [x, graph.integers([1])]);
      return graph.node('Tile', [column, graph.integers([1, n, 1])]);
    });
  },
});

const upSampling = defineLayer({
  classNames: ['UpSampling1D'],
  config: z.looseObject({ size: OneSize }),
  plan({ size }, inputs, context) {
    const shape = onlyInput(context, inputs, 2);
    const [time, features] = fixed(context, shape);
    const [steps = 0, width = 0] = [time, features];
    return plainPlan([steps * size, width], (graph, [x = '']) => {
      const single = graph.node('Unsqueeze', [x, graph.integers([2])]);
      const repeated = graph.node('Tile', [single, graph.integers([1, 1, size, 1])]);
      return reshaped(graph, repeated, [steps * size, width]);
    });
  },
});

const Side = z.int().nonnegative().max(kerasLimits.numbersPerSample);
const Sides = z.union([z.tuple([Side, Side]), Side.transform((one) => [one, one] as const)]);

const zeroPadding = defineLayer({
  classNames: ['ZeroPadding1D'],
  config: z.looseObject({ padding: Sides }),
  plan({ padding: [before, after] }, inputs, context) {
    const [time, width] = onlyInput(context, inputs, 2);
    return plainPlan([time === undefined ? undefined : time + before + after, width], (graph, [x = '']) =>
      graph.node('Pad', [x, graph.integers([0, before, 0, 0, after, 0])]),
    );
  },
});

const cropping = defineLayer({
  classNames: ['Cropping1D'],
  config: z.looseObject({ cropping: Sides }),
  plan({ cropping: [before, after] }, inputs, context) {
    const shape = onlyInput(context, inputs, 2);
    const time = knownSize(context, shape, 0);
    if (before + after >= time) context.refuse(`it crops ${before + after} of ${time} steps`);
    return plainPlan([time - before - after, shape[1]], (graph, [x = '']) =>
      graph.node('Slice', [x, graph.integers([before]), graph.integers([time - after]), graph.integers([1])]),
    );
  },
});

/** Layers that only move, repeat or leave out numbers. */
export const reshapingLayers: readonly LayerKind[] = [flatten, reshape, permute, repeatVector, upSampling, zeroPadding, cropping];
