import { z } from 'zod';
import type { BoundedGraph, Shape, Value } from '../bounded-graph.ts';
import { axisOf, defineLayer, knownSize, type LayerContext, type LayerKind, onlyInput, ownSlot, plainPlan } from '../layer-kind.ts';

/** One axis, as a number or as a list of one. */
const Axis = z.union([z.int(), z.tuple([z.int()]).transform(([axis]) => axis)]);

/** Weights, one after the other, by what they are: only those that a layer has are in the file. */
function namedWeights<Name extends string>(names: readonly Name[], weights: readonly Float32Array[]): Partial<Record<Name, Float32Array>> {
  const named: Partial<Record<Name, Float32Array>> = {};
  names.forEach((name, n) => {
    const weight = weights[n];
    if (weight) named[name] = weight;
  });
  return named;
}

/** At rest it is one factor and one summand per feature, which are computed in float64 once. */
const batchNormalization = defineLayer({
  classNames: ['BatchNormalization'],
  config: z.looseObject({ axis: Axis, epsilon: z.number().positive(), center: z.boolean(), scale: z.boolean() }),
  plan({ axis, epsilon, center, scale }, inputs, context) {
    const shape = onlyInput(context, inputs);
    const own = axisOf(context, shape, axis);
    const size = knownSize(context, shape, own);
    const names = [...(scale ? (['gamma'] as const) : []), ...(center ? (['beta'] as const) : []), 'mean', 'variance'] as const;
    return {
      outputs: [shape],
      weights: names.map((name, n) => ownSlot(n, [size], name === 'gamma' || name === 'beta')),
      write(graph, [x = ''], weights) {
        const { gamma, beta, mean, variance } = namedWeights(names, weights);
        const factor = Float64Array.from(
          { length: size },
          (_, n) => (gamma?.[n] ?? 1) / Math.sqrt((variance?.[n] ?? Number.NaN) + epsilon),
        );
        const summand = factor.map((value, n) => (beta?.[n] ?? 0) - (mean?.[n] ?? Number.NaN) * value);
        return [scaled(graph, x, { factor: finite(context, factor), summand: finite(context, summand), dims: along(shape, own, size) })];
      },
    };
  },
});

/** What a layer with fixed weights does to each feature. */
interface Scaling {
  readonly factor: Float32Array;
  readonly summand: Float32Array;
  readonly dims: readonly number[];
}

function scaled(graph: BoundedGraph, x: Value, { factor, summand, dims }: Scaling): Value {
  const product = graph.node('Mul', [x, graph.floats(dims, factor)]);
  return graph.node('Add', [product, graph.floats(dims, summand)]);
}

/** Dimensions by which a vector of that size lies along one axis and broadcasts over the others. */
function along(shape: Shape, axis: number, size: number): number[] {
  return shape.map((_, n) => (n === axis ? size : 1));
}

function finite(context: LayerContext, values: Float64Array): Float32Array {
  const narrow = Float32Array.from(values);
  return narrow.every(Number.isFinite) ? narrow : context.refuse('its weights give values that are no numbers', 'train the model anew');
}

const layerNormalization = defineLayer({
  classNames: ['LayerNormalization'],
  config: z.looseObject({
    axis: Axis,
    epsilon: z.number().positive(),
    center: z.boolean(),
    scale: z.boolean(),
    rms_scaling: z.boolean().default(false),
  }),
  plan({ axis, epsilon, center, scale, rms_scaling }, inputs, context) {
    const shape = onlyInput(context, inputs);
    if (axisOf(context, shape, axis) !== shape.length - 1) context.refuse('only the last axis can be normalised');
    if (rms_scaling) context.refuse('`rms_scaling` is not supported');
    const size = knownSize(context, shape, -1);
    const names = [...(scale ? (['gamma'] as const) : []), ...(center ? (['beta'] as const) : [])] as const;
    return {
      outputs: [shape],
      weights: names.map((_, n) => ownSlot(n, [size])),
      write(graph, [x = ''], weights) {
        const { gamma = new Float32Array(size).fill(1), beta } = namedWeights(names, weights);
        const constants = [gamma, ...(beta ? [beta] : [])].map((data) => graph.floats([size], data));
        return [graph.node('LayerNormalization', [x, ...constants], { axis: -1, epsilon: { float: epsilon } })];
      },
    };
  },
});

/** A number for all features, or one for each. */
const Numbers = z.union([z.number().transform((one) => [one]), z.array(z.number())]);

const rescaling = defineLayer({
  classNames: ['Rescaling'],
  config: z.looseObject({ scale: Numbers, offset: Numbers }),
  plan({ scale, offset }, inputs, context) {
    const shape = onlyInput(context, inputs);
    const size = Math.max(scale.length, offset.length);
    const isFit = (values: readonly number[]) => values.length === 1 || values.length === shape.at(-1);
    if (!isFit(scale) || !isFit(offset)) context.refuse('its scale or offset does not fit the last axis of its input');
    const spread = (values: readonly number[]) => Float32Array.from({ length: size }, (_, n) => values[n] ?? values[0] ?? Number.NaN);
    return plainPlan(shape, (graph, [x = '']) => scaled(graph, x, { factor: spread(scale), summand: spread(offset), dims: [size] }));
  },
});

/** Layers that shift and stretch. */
export const normalizationLayers: readonly LayerKind[] = [batchNormalization, layerNormalization, rescaling];
