import { z } from 'zod';
import { defineLayer, type LayerKind, OneSize, onlyInput, plainPlan } from '../layer-kind.ts';
import { ChannelsLast, channelsFirst, slide } from './convolution.ts';

const windowed = ({ className, op }: { readonly className: string; readonly op: string }): LayerKind =>
  defineLayer({
    classNames: [className],
    config: z.looseObject({ pool_size: OneSize, strides: OneSize, padding: z.enum(['valid', 'same']), data_format: ChannelsLast }),
    plan({ pool_size: size, strides: stride, padding }, inputs, context) {
      const shape = onlyInput(context, inputs, 2);
      const { before, after, places } = slide(context, shape[0], { size, stride, dilation: 1, padding });
      const attributes = { kernel_shape: [size], strides: [stride], pads: [before, after] };
      return plainPlan([places, shape[1]], (graph, [x = '']) => channelsFirst(graph, x, (turned) => graph.node(op, [turned], attributes)));
    },
  });

const global = ({ className, op }: { readonly className: string; readonly op: string }): LayerKind =>
  defineLayer({
    classNames: [className],
    config: z.looseObject({ data_format: ChannelsLast, keepdims: z.boolean().default(false) }),
    plan({ keepdims }, inputs, context) {
      const [, channels] = onlyInput(context, inputs, 2);
      return plainPlan(keepdims ? [1, channels] : [channels], (graph, inputs) =>
        graph.node(op, inputs, { axes: [1], keepdims: keepdims ? 1 : 0 }),
      );
    },
  });

/** Layers that keep the mean or the highest of several steps. */
export const poolingLayers: readonly LayerKind[] = [
  windowed({ className: 'MaxPooling1D', op: 'MaxPool' }),
  windowed({ className: 'AveragePooling1D', op: 'AveragePool' }),
  global({ className: 'GlobalMaxPooling1D', op: 'ReduceMax' }),
  global({ className: 'GlobalAveragePooling1D', op: 'ReduceMean' }),
];
