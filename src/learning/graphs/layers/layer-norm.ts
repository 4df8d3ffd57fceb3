import type { Value } from '../graph.ts';
import type { Net } from '../net.ts';

/** Added to the variance before the root is taken. */
export const LAYER_NORM_EPSILON = 1e-5;

/** Layer normalisation of rows (Ba, Kiros, Hinton 2016), by the parameters `NAME.scale` and `NAME.shift`. */
export function layerNorm({ graph, tape, parameter }: Net, rows: Value, name: string): Value {
  const [scale, shift] = [parameter(`${name}.scale`), parameter(`${name}.shift`)];
  const attributes = { axis: -1, epsilon: { float: LAYER_NORM_EPSILON } };
  if (!tape) return graph.node('LayerNormalization', [rows, scale, shift], attributes);
  const [output = '', mean = '', inverse = ''] = graph.nodes('LayerNormalization', [rows, scale, shift], { outputs: 3, attributes });
  tape.record(output, (gradient) => {
    const normal = graph.multiply(graph.subtract(rows, mean), inverse);
    tape.give(scale, graph.sum(graph.multiply(gradient, normal), 0));
    tape.give(shift, graph.sum(gradient, 0));
    const inner = graph.multiply(gradient, scale);
    const along = graph.multiply(normal, graph.mean(graph.multiply(inner, normal), -1, { isKept: true }));
    const across = graph.subtract(inner, graph.mean(inner, -1, { isKept: true }));
    tape.give(rows, graph.multiply(inverse, graph.subtract(across, along)));
  });
  return output;
}
