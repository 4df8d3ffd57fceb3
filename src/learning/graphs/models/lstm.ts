import type { Value } from '../graph.ts';
import { linear } from '../layers/linear.ts';
import { lstmLayer } from '../layers/lstm-layer.ts';
import { timeMajorRows } from '../layers/window-rows.ts';
import type { Net } from '../net.ts';
import { type LstmSpec, linearParameters, type Parameter } from '../sequence-spec.ts';

/** The parameters of an LSTM model, in order. */
export function lstmParameters({ units, features, horizon }: LstmSpec): readonly Parameter[] {
  const layers = units.flatMap((width, layer): readonly Parameter[] => [
    { name: `lstm${layer}.input`, shape: [units[layer - 1] ?? features, 4 * width], start: 'glorot' },
    { name: `lstm${layer}.recurrent`, shape: [width, 4 * width], start: 'glorot' },
    { name: `lstm${layer}.bias`, shape: [4 * width], start: 'forget-open' },
  ]);
  return [...layers, ...linearParameters('head', units.at(-1) ?? features, horizon * features)];
}

/** The forecast from windows, unrolled, so that it can be differentiated. */
export function lstmForward(net: Net, windows: Value, { units, window, features }: LstmSpec): Value {
  let rows = timeMajorRows(net, windows, features);
  let hidden: readonly Value[] = [];
  for (const [layer, width] of units.entries()) {
    if (layer > 0) rows = joined(net, hidden);
    hidden = lstmLayer(net, rows, `lstm${layer}`, { window, units: width });
  }
  const last = hidden.at(-1) ?? rows;
  return linear(net, last, 'head');
}

function joined({ graph, tape }: Net, hidden: readonly Value[]): Value {
  const rows = graph.concat(hidden, 0);
  tape?.record(rows, (gradient) => {
    const parts = graph.parts(gradient, hidden.length);
    for (const [at, one] of hidden.entries()) tape.give(one, parts[at] ?? '');
  });
  return rows;
}
