import { z } from 'zod';
import type { BoundedGraph, Shape, Value } from '../bounded-graph.ts';
import {
  defineLayer,
  knownSize,
  type LayerContext,
  type LayerKind,
  type LayerPlan,
  onlyInput,
  type RawLayer,
  type WeightSlot,
} from '../layer-kind.ts';
import { reversed } from './recurrent.ts';

const Direction = z.looseObject({ config: z.looseObject({ return_sequences: z.boolean(), go_backwards: z.boolean() }) });

type Merge = 'concat' | 'sum' | 'mul' | 'ave';
const operators = { concat: 'Concat', sum: 'Add', mul: 'Mul', ave: 'Mean' } as const;

const bidirectional = defineLayer({
  classNames: ['Bidirectional'],
  config: z.looseObject({
    layer: Direction,
    backward_layer: Direction.nullish(),
    merge_mode: z.enum(['concat', 'sum', 'mul', 'ave']).nullable(),
  }),
  plan({ layer, backward_layer, merge_mode }, inputs, context) {
    if (merge_mode === null) return context.refuse('`merge_mode=None` is not supported', 'merge the two directions');
    const there = context.plan(layer, inputs);
    const back = context.plan(backward_layer ?? turned(layer), inputs);
    return {
      outputs: [mergedShape(context, [there, back], merge_mode)],
      weights: [...within('forward_layer', there), ...within('backward_layer', back)],
      write(graph, inputs, weights) {
        const first = there.write(graph, inputs, weights.slice(0, there.weights.length));
        const second = back.write(graph, inputs, weights.slice(there.weights.length));
        const inTime = layer.config.return_sequences ? second.map((tensor) => reversed(graph, tensor)) : second;
        const attributes = merge_mode === 'concat' ? { axis: -1 } : {};
        return [graph.node(operators[merge_mode], [...first, ...inTime], attributes)];
      },
    };
  },
});

/** The other direction, which Keras makes of the first one when none is given. */
function turned(layer: z.output<typeof Direction>): RawLayer {
  return { ...layer, config: { ...layer.config, go_backwards: !layer.config.go_backwards } };
}

function within(group: string, plan: LayerPlan): WeightSlot[] {
  return plan.weights.map((slot) => ({ ...slot, path: `${group}/${slot.path}` }));
}

function mergedShape(context: LayerContext, plans: readonly LayerPlan[], mode: Merge): Shape {
  const [first = [], second = []] = plans.flatMap(({ outputs }) => outputs);
  const fits = first.length === second.length && first.every((size, axis) => size === second[axis] || axis === first.length - 1);
  const [one = 0, other = 0] = [first.at(-1), second.at(-1)];
  if (!fits || (mode !== 'concat' && one !== other)) context.refuse('its two directions do not fit together');
  return [...first.slice(0, -1), mode === 'concat' ? one + other : one];
}

/** Steps of time become samples, so that the layer within sees one at a time. */
const timeDistributed = defineLayer({
  classNames: ['TimeDistributed'],
  config: z.looseObject({ layer: z.unknown() }),
  plan({ layer }, inputs, context) {
    const shape = onlyInput(context, inputs);
    if (shape.length < 2) context.refuse('it gets no axis of time');
    const time = knownSize(context, shape, 0);
    const step = shape.slice(1).map((_, axis) => knownSize(context, shape, axis + 1));
    const inner = context.plan(layer, [step]);
    const [output = []] = inner.outputs;
    const outputStep = output.map((_, axis) => knownSize(context, output, axis));
    const reshaped = (graph: BoundedGraph, x: Value, sizes: readonly number[]) =>
      graph.node('Reshape', [x, graph.integers([-1, ...sizes])]);
    return {
      outputs: [[time, ...outputStep]],
      weights: within('layer', inner),
      write(graph, [x = ''], weights) {
        const [y = ''] = inner.write(graph, [reshaped(graph, x, step)], weights);
        return [reshaped(graph, y, [time, ...outputStep])];
      },
    };
  },
});

/** Layers that are made of another one. */
export const wrappingLayers: readonly LayerKind[] = [bidirectional, timeDistributed];
