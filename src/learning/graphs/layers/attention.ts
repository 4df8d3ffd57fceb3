import type { Value } from '../graph.ts';
import type { Net } from '../net.ts';

/** The sizes of one attention. */
export interface AttentionSizes {
  /** Steps of a window. */
  readonly window: number;
  readonly heads: number;
  /** Of one head. */
  readonly width: number;
}

/** Scaled dot-product attention of each window to itself (Vaswani et al. 2017), from rows that hold query, key and value. */
export function attention({ graph, tape }: Net, rows: Value, { window, heads, width }: AttentionSizes): Value {
  const apart = graph.transpose(graph.reshape(rows, [-1, window, 3, heads, width]), [2, 0, 3, 1, 4]);
  const [query = '', key = '', value = ''] = graph.parts(apart, 3).map((part) => graph.reshape(part, [-1, window, width]));
  const sharpness = 1 / Math.sqrt(width);
  const asked = graph.scale(query, sharpness);
  const weights = graph.node('Softmax', [graph.product(asked, graph.transpose(key, [0, 2, 1]))], { axis: -1 });
  const joined = graph.transpose(graph.reshape(graph.product(weights, value), [-1, heads, window, width]), [0, 2, 1, 3]);
  const output = graph.reshape(joined, [-1, heads * width]);
  tape?.record(output, (gradient) => {
    const byHead = graph.transpose(graph.reshape(gradient, [-1, window, heads, width]), [0, 2, 1, 3]);
    const outer = graph.reshape(byHead, [-1, window, width]);
    const toValue = graph.product(graph.transpose(weights, [0, 2, 1]), outer);
    const toWeights = graph.product(outer, graph.transpose(value, [0, 2, 1]));
    const mean = graph.sum(graph.multiply(toWeights, weights), -1, { isKept: true });
    const toScores = graph.multiply(weights, graph.subtract(toWeights, mean));
    const toQuery = graph.scale(graph.product(toScores, key), sharpness);
    const toKey = graph.product(graph.transpose(toScores, [0, 2, 1]), asked);
    const all = [toQuery, toKey, toValue].map((one) => graph.reshape(one, [1, -1, heads, window, width]));
    tape.give(rows, graph.reshape(graph.transpose(graph.concat(all, 0), [1, 3, 0, 2, 4]), [-1, 3 * heads * width]));
  });
  return output;
}
