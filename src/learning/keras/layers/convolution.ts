import { z } from 'zod';
import type { BoundedGraph, Shape, Value } from '../bounded-graph.ts';
import { Count, defineLayer, knownSize, type LayerContext, OneSize, onlyInput, ownSlot } from '../layer-kind.ts';
import { ActivationName, activationOf } from './activation-function.ts';

/** A window that slides along time. */
export interface Sliding {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: 'valid' | 'same' | 'causal';
}

/**
 * How many steps a sliding window adds before and after, and how many places it then has, as TensorFlow counts them
 * (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2). Refuses a window that is wider than what it slides along.
 */
export function slide(context: LayerContext, time: number | undefined, { size, stride, dilation, padding }: Sliding) {
  const reach = (size - 1) * dilation;
  if (reach > 65_536) context.refuse(`its window reaches over ${reach} steps`, 'use a smaller kernel or dilation');
  const added = padding === 'same' ? missing(context, time, { reach, stride }) : padding === 'causal' ? reach : 0;
  const before = padding === 'causal' ? added : Math.floor(added / 2);
  const places = time === undefined ? undefined : Math.floor((time + added - reach - 1) / stride) + 1;
  if (places !== undefined && places < 1) context.refuse(`its window of ${reach + 1} steps is wider than its input`);
  return { before, after: added - before, places };
}

function missing(
  context: LayerContext,
  time: number | undefined,
  { reach, stride }: { readonly reach: number; readonly stride: number },
): number {
  if (stride === 1) return reach;
  if (time === undefined) return context.refuse('strides need an input of fixed length', 'save the model with a fixed input shape');
  return Math.max((Math.ceil(time / stride) - 1) * stride + reach + 1 - time, 0);
}

/** Applies an operator that wants the channels before the time. */
export function channelsFirst(graph: BoundedGraph, x: Value, apply: (turned: Value) => Value): Value {
  const turn = (tensor: Value) => graph.node('Transpose', [tensor], { perm: [0, 2, 1] });
  return turn(apply(turn(x)));
}

/** A layer along time with the channels last, as `data_format` must say. */
export const ChannelsLast = z.literal('channels_last', { error: 'only channels_last is supported' }).nullish();

/** A learnt filter that slides along time. */
export const conv1d = defineLayer({
  classNames: ['Conv1D'],
  config: z.looseObject({
    filters: Count,
    kernel_size: OneSize,
    strides: OneSize,
    dilation_rate: OneSize,
    padding: z.enum(['valid', 'same', 'causal']),
    groups: Count.default(1),
    data_format: ChannelsLast,
    use_bias: z.boolean(),
    activation: ActivationName,
  }),
  plan({ filters, kernel_size: size, strides: stride, dilation_rate: dilation, padding, groups, use_bias, activation }, inputs, context) {
    const shape = onlyInput(context, inputs, 2);
    const channels = knownSize(context, shape, -1) / groups;
    if (!Number.isInteger(channels) || filters % groups !== 0) context.refuse(`its ${groups} groups do not divide its channels`);
    const { before, after, places } = slide(context, shape[0], { size, stride, dilation, padding });
    const activate = activationOf(context, activation);
    const attributes = { kernel_shape: [size], strides: [stride], dilations: [dilation], group: groups, pads: [before, after] };
    const output: Shape = [places, filters];
    return {
      outputs: [output],
      weights: [ownSlot(0, [size, channels, filters]), ...(use_bias ? [ownSlot(1, [filters])] : [])],
      write(graph, [x = ''], [kernel = new Float32Array(), bias]) {
        const constants = [graph.floats([filters, channels, size], turnedKernel(kernel, { size, channels, filters }))];
        if (bias) constants.push(graph.floats([filters], bias));
        return [
          activate(
            graph,
            channelsFirst(graph, x, (turned) => graph.node('Conv', [turned, ...constants], attributes)),
          ),
        ];
      },
    };
  },
});

/** [step, channel, filter] becomes [filter, channel, step]. */
function turnedKernel(
  kernel: Float32Array,
  sizes: { readonly size: number; readonly channels: number; readonly filters: number },
): Float32Array {
  const { size, channels, filters } = sizes;
  const turned = new Float32Array(kernel.length);
  for (let step = 0; step < size; step++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++) {
        turned[(filter * channels + channel) * size + step] = kernel[(step * channels + channel) * filters + filter] ?? Number.NaN;
      }
    }
  }
  return turned;
}
