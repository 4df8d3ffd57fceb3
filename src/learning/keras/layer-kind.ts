import { z } from 'zod';
import type { BoundedGraph, Shape, Value } from './bounded-graph.ts';

/** One weight that a layer expects in the file. */
export interface WeightSlot {
  /** Where a `.keras` archive keeps it, from the layer's own group. */
  readonly path: string;
  /** The layer of the outermost model that it belongs to: a `.h5` file lists weights by that. */
  readonly layer: string;
  readonly dims: readonly number[];
  /** A `.h5` file lists the trainable weights of a layer before the others. */
  readonly isTrainable: boolean;
}

/** What a layer will do with inputs of known shapes: checked before a weight is read. */
export interface LayerPlan {
  readonly outputs: readonly Shape[];
  readonly weights: readonly WeightSlot[];
  /** Adds the layer to a graph, with its weights in the order of the slots. Returns one tensor per output. */
  write(graph: BoundedGraph, inputs: readonly Value[], weights: readonly Float32Array[]): readonly Value[];
}

/** A layer or a nested model as the file's configuration holds it. */
export type RawLayer = unknown;

/** Where a layer stands, and what it may ask. */
export interface LayerContext {
  /** The layer's name, class and model, for messages. */
  readonly where: string;
  /** The first number of the version of Keras that wrote the file; undefined when the file does not say. */
  readonly kerasMajor: number | undefined;
  /** Plans a layer that is wrapped in this one. */
  plan(layer: RawLayer, inputs: readonly Shape[]): LayerPlan;
  /** Fails with `model-refused`, naming the layer. */
  refuse(why: string, remedy?: string): never;
}

/** What is known about one or more classes of Keras layers. */
export interface LayerKind {
  readonly classNames: readonly string[];
  /** Throws `model-refused` when the configuration asks for what is not supported. */
  plan(config: unknown, inputs: readonly Shape[], context: LayerContext): LayerPlan;
}

/** Ties a layer's configuration schema to its plan, so that the plan sees parsed configuration. */
export function defineLayer<Schema extends z.ZodType>(kind: {
  readonly classNames: readonly string[];
  readonly config: Schema;
  plan(config: z.output<Schema>, inputs: readonly Shape[], context: LayerContext): LayerPlan;
}): LayerKind {
  return {
    classNames: kind.classNames,
    plan(raw, inputs, context) {
      const parsed = kind.config.safeParse(raw);
      if (!parsed.success) return context.refuse(`its configuration is not understood (${firstFault(parsed.error)})`);
      return kind.plan(parsed.data, inputs, context);
    },
  };
}

/** The fault that a schema found, in one line: where several readings fail, the one that came furthest or has a reason of its own. */
export function firstFault(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'unreadable';
  const { path, message } = telling(issue);
  return `${path.join('.') || 'whole'}: ${message}`.slice(0, 200);
}

type Issue = Pick<z.core.$ZodIssue, 'code' | 'path' | 'message'>;

function telling(issue: z.core.$ZodIssue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const rank = (one: Issue) => (one.code === 'custom' ? Number.POSITIVE_INFINITY : one.path.length);
  const [best = issue] = issue.errors
    .flat()
    .map(telling)
    .toSorted((a, b) => rank(b) - rank(a) || 0);
  return best === issue ? issue : { ...best, path: [...issue.path, ...best.path] };
}

/** The shape of the one input of a layer, which must have as many axes as `rank` says, where it does. */
export function onlyInput(context: LayerContext, inputs: readonly Shape[], rank?: number): Shape {
  const [shape] = inputs;
  if (!shape || inputs.length !== 1) return context.refuse(`it has ${inputs.length} inputs where one is supported`);
  if (rank !== undefined && shape.length !== rank) {
    context.refuse(`it gets ${shape.length + 1} axes (batch included) where ${rank + 1} are expected`);
  }
  return shape;
}

/** The size of one axis, counted from 0 after the batch or from -1 at the end; refuses one that only the data decides. */
export function knownSize(context: LayerContext, shape: Shape, axis: number): number {
  const size = shape.at(axis);
  return size ?? context.refuse(`the size of axis ${axis} of its input must be fixed`, 'save the model with a fixed input shape');
}

/** Keras counts axes with the batch as 0; gives the axis after the batch, from 0. Refuses the batch itself and what is not there. */
export function axisOf(context: LayerContext, shape: Shape, axis: number): number {
  const own = axis < 0 ? shape.length + axis : axis - 1;
  return own >= 0 && own < shape.length ? own : context.refuse(`its axis ${axis} is not one of its input`);
}

/** A plan of a layer with one output and no weights. */
export function plainPlan(output: Shape, write: (graph: BoundedGraph, inputs: readonly Value[]) => Value): LayerPlan {
  return { outputs: [output], weights: [], write: (graph, inputs) => [write(graph, inputs)] };
}

/** A weight of the layer itself, the `n`th in its own group. */
export function ownSlot(n: number, dims: readonly number[], isTrainable = true): WeightSlot {
  return { path: `vars/${n}`, layer: '', dims, isTrainable };
}

/** A positive whole number, such as a count of units. */
export const Count = z.int().positive();
/** What is written as one number or as a list of exactly one. */
export const OneSize = z.union([Count, z.tuple([Count]).transform(([size]) => size)]);
