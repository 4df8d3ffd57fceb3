import { z } from 'zod';
import type { BoundedGraph, Shape, Value } from '../bounded-graph.ts';
import { axisOf, defineLayer, type LayerContext, type LayerKind, plainPlan } from '../layer-kind.ts';

type Merge = (graph: BoundedGraph, inputs: readonly Value[]) => Value;

const folded =
  (op: string): Merge =>
  (graph, [first = '', ...rest]) =>
    rest.reduce((sum, next) => graph.node(op, [sum, next]), first);
const atOnce =
  (op: string): Merge =>
  (graph, inputs) =>
    graph.node(op, inputs);

const merges: Readonly<Record<string, Merge>> = {
  Add: folded('Add'),
  Subtract: folded('Sub'),
  Multiply: folded('Mul'),
  Average: atOnce('Mean'),
  Maximum: atOnce('Max'),
  Minimum: atOnce('Min'),
};

const concatenate = defineLayer({
  classNames: ['Concatenate'],
  config: z.looseObject({ axis: z.int() }),
  plan({ axis }, inputs, context) {
    const [first = []] = inputs;
    const own = axisOf(context, first, axis);
    const isAlike = (shape: Shape) => shape.length === first.length && shape.every((size, n) => n === own || size === first[n]);
    if (inputs.length < 2 || !inputs.every(isAlike)) context.refuse('its inputs do not fit together');
    const sizes = inputs.map((shape) => shape[own]);
    const total = sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
    return plainPlan(first.toSpliced(own, 1, total), (graph, inputs) => graph.node('Concat', inputs, { axis: own + 1 }));
  },
});

function sameShape(context: LayerContext, inputs: readonly Shape[]): Shape {
  const [first = []] = inputs;
  const isAlike = (shape: Shape) => shape.length === first.length && shape.every((size, n) => size === first[n]);
  return inputs.length >= 2 && inputs.every(isAlike) ? first : context.refuse('it needs two or more inputs of one shape');
}

/** Layers that make one tensor of several. */
export const mergingLayers: readonly LayerKind[] = [
  concatenate,
  ...Object.entries(merges).map(([className, merge]) =>
    defineLayer({
      classNames: [className],
      config: z.looseObject({}),
      plan(_config, inputs, context) {
        if (className === 'Subtract' && inputs.length !== 2) context.refuse('it needs exactly two inputs');
        return plainPlan(sameShape(context, inputs), merge);
      },
    }),
  ),
];
