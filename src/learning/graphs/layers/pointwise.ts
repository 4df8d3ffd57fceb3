import type { Value } from '../graph.ts';
import type { Net } from '../net.ts';

/** The sum of two values of one shape. */
export function residual({ graph, tape }: Net, a: Value, b: Value): Value {
  const output = graph.add(a, b);
  tape?.record(output, (gradient) => {
    for (const one of [a, b]) if (tape.tracks(one)) tape.give(one, gradient);
  });
  return output;
}

/** max(x, 0); its slope at 0 is 0. */
export function relu({ graph, tape }: Net, x: Value): Value {
  const output = graph.node('Relu', [x]);
  tape?.record(output, (gradient) => tape.give(x, graph.multiply(gradient, graph.node('Sign', [output]))));
  return output;
}
