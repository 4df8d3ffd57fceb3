import type { Value } from '../graph.ts';
import { causalConvolution } from '../layers/causal-convolution.ts';
import { linear } from '../layers/linear.ts';
import { relu, residual } from '../layers/pointwise.ts';
import { lastStep, timeMajorRows } from '../layers/window-rows.ts';
import type { Net } from '../net.ts';
import { linearParameters, type Parameter, type TcnSpec } from '../sequence-spec.ts';

/** The parameters of a temporal convolution model, in order. */
export function tcnParameters({ features, horizon, channels, kernel, dilations }: TcnSpec): readonly Parameter[] {
  const block = (at: number): readonly Parameter[] => {
    const before = at === 0 ? features : channels;
    return [
      ...linearParameters(`block${at}.first`, kernel * before, channels),
      ...linearParameters(`block${at}.second`, kernel * channels, channels),
      ...(before === channels ? [] : linearParameters(`block${at}.skip`, before, channels)),
    ];
  };
  return [...dilations.flatMap((_, at) => block(at)), ...linearParameters('head', channels, horizon * features)];
}

/** The forecast from windows. */
export function tcnForward(net: Net, windows: Value, { window, features, channels, kernel, dilations }: TcnSpec): Value {
  let rows = timeMajorRows(net, windows, features);
  let before = features;
  for (const [at, dilation] of dilations.entries()) {
    const sizes = { window, kernel, dilation };
    const first = causalConvolution(net, rows, `block${at}.first`, { ...sizes, channels: { in: before, out: channels } });
    const inner = { ...sizes, channels: { in: channels, out: channels } };
    const second = relu(net, causalConvolution(net, relu(net, first), `block${at}.second`, inner));
    const skipped = before === channels ? rows : linear(net, rows, `block${at}.skip`);
    rows = relu(net, residual(net, second, skipped));
    before = channels;
  }
  return linear(net, lastStep(net, rows, { window, width: channels }), 'head');
}
