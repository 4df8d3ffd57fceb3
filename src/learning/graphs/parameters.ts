import type { Value } from './graph.ts';
import { lstmForward, lstmParameters } from './models/lstm.ts';
import { tcnForward, tcnParameters } from './models/tcn.ts';
import { transformerForward, transformerParameters } from './models/transformer.ts';
import type { Net } from './net.ts';
import type { Parameter, SequenceSpec } from './sequence-spec.ts';

/** The parameters of a model, in the order in which they lie in its flat vector. */
export function parametersOf(spec: SequenceSpec): readonly Parameter[] {
  switch (spec.model) {
    case 'lstm':
      return lstmParameters(spec);
    case 'transformer':
      return transformerParameters(spec);
    case 'tcn':
      return tcnParameters(spec);
  }
}

/** The forecast `[batch, horizon * features]` from windows `[batch, window, features]`, by operations that can be differentiated. */
export function forward(net: Net, windows: Value, spec: SequenceSpec): Value {
  switch (spec.model) {
    case 'lstm':
      return lstmForward(net, windows, spec);
    case 'transformer':
      return transformerForward(net, windows, spec);
    case 'tcn':
      return tcnForward(net, windows, spec);
  }
}

/** How many numbers a parameter has. */
export function sizeOf({ shape }: Parameter): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How many numbers a model has learnt. */
export function parameterCount(spec: SequenceSpec): number {
  return parametersOf(spec).reduce((sum, parameter) => sum + sizeOf(parameter), 0);
}

/** Where each parameter lies in the flat vector. */
export function parameterSlices(spec: SequenceSpec, weights: Float32Array): ReadonlyMap<string, Float32Array> {
  let end = 0;
  return new Map(
    parametersOf(spec).map((parameter) => {
      const start = end;
      end += sizeOf(parameter);
      return [parameter.name, weights.subarray(start, end)];
    }),
  );
}

/** Parameters as training starts with them; the same draws in [0, 1) give the same ones. */
export function startParameters(spec: SequenceSpec, random: () => number): Float32Array {
  const weights = new Float32Array(parameterCount(spec));
  const slices = parameterSlices(spec, weights);
  for (const parameter of parametersOf(spec)) fill(slices.get(parameter.name) ?? weights, parameter, random);
  return weights;
}

/** Learnt positions start near 0. */
const SMALL = 0.02;

function fill(values: Float32Array, { shape, start }: Parameter, random: () => number): void {
  const between = (bound: number) =>
    values.forEach((_, at) => {
      values[at] = (2 * random() - 1) * bound;
    });
  switch (start) {
    case 'zero':
      break;
    case 'one':
      values.fill(1);
      break;
    case 'forget-open':
      values.fill(1, values.length / 2, (3 * values.length) / 4);
      break;
    case 'small':
      between(SMALL);
      break;
    case 'glorot':
      between(Math.sqrt(6 / ((shape[0] ?? 1) + (shape.at(-1) ?? 1))));
  }
}
