import type { Value } from '../graph.ts';
import type { Net } from '../net.ts';

/** rows · weight + bias, by the parameters `NAME.weight` and `NAME.bias`. */
export function linear({ graph, tape, parameter }: Net, rows: Value, name: string): Value {
  const [weight, bias] = [parameter(`${name}.weight`), parameter(`${name}.bias`)];
  const output = graph.affine(rows, weight, { bias });
  tape?.record(output, (gradient) => {
    tape.give(weight, graph.affine(rows, gradient, { turnA: true }));
    tape.give(bias, graph.sum(gradient, 0));
    if (tape.tracks(rows)) tape.give(rows, graph.affine(gradient, weight, { turnB: true }));
  });
  return output;
}
