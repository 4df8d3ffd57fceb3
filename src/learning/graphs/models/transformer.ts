import type { Value } from '../graph.ts';
import { attention } from '../layers/attention.ts';
import { layerNorm } from '../layers/layer-norm.ts';
import { linear } from '../layers/linear.ts';
import { relu, residual } from '../layers/pointwise.ts';
import { addPosition, batchMajorRows, meanOfSteps } from '../layers/window-rows.ts';
import type { Net } from '../net.ts';
import { linearParameters, type Parameter, type TransformerSpec } from '../sequence-spec.ts';

/** The parameters of a Transformer model, in order. */
export function transformerParameters({ window, features, horizon, width, layers, feedForward }: TransformerSpec): readonly Parameter[] {
  const layer = (at: number): readonly Parameter[] => [
    ...normParameters(`layer${at}.norm1`, width),
    ...linearParameters(`layer${at}.attend`, width, 3 * width),
    ...linearParameters(`layer${at}.merge`, width, width),
    ...normParameters(`layer${at}.norm2`, width),
    ...linearParameters(`layer${at}.widen`, width, feedForward),
    ...linearParameters(`layer${at}.narrow`, feedForward, width),
  ];
  return [
    ...linearParameters('embed', features, width),
    { name: 'position', shape: [window, width], start: 'small' },
    ...Array.from({ length: layers }, (_, at) => layer(at)).flat(),
    ...normParameters('norm', width),
    ...linearParameters('head', width, horizon * features),
  ];
}

function normParameters(name: string, width: number): readonly Parameter[] {
  return [
    { name: `${name}.scale`, shape: [width], start: 'one' },
    { name: `${name}.shift`, shape: [width], start: 'zero' },
  ];
}

/** The forecast from windows. */
export function transformerForward(net: Net, windows: Value, { window, features, width, heads, layers }: TransformerSpec): Value {
  let rows = linear(net, batchMajorRows(net, windows, features), 'embed');
  rows = addPosition(net, rows, { name: 'position', window, width });
  for (let at = 0; at < layers; at++) {
    const asked = linear(net, layerNorm(net, rows, `layer${at}.norm1`), `layer${at}.attend`);
    const attended = attention(net, asked, { window, heads, width: width / heads });
    rows = residual(net, rows, linear(net, attended, `layer${at}.merge`));
    const wide = relu(net, linear(net, layerNorm(net, rows, `layer${at}.norm2`), `layer${at}.widen`));
    rows = residual(net, rows, linear(net, wide, `layer${at}.narrow`));
  }
  return linear(net, meanOfSteps(net, layerNorm(net, rows, 'norm'), { window, width }), 'head');
}
