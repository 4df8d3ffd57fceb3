import type { Graph, Value } from '../graph.ts';
import type { Net } from '../net.ts';

/** The sizes of one causal convolution. */
export interface ConvolutionSizes {
  readonly window: number;
  readonly channels: { readonly in: number; readonly out: number };
  readonly kernel: number;
  readonly dilation: number;
}

/**
 * A dilated causal convolution (Bai, Kolter, Koltun 2018) of time-major rows: step t sees t, t - dilation, t - 2 dilation …, and zeros
 * before the window. The parameter `NAME.weight` has the taps under each other, the oldest first.
 */
export function causalConvolution({ graph, tape, parameter }: Net, rows: Value, name: string, sizes: ConvolutionSizes): Value {
  const { window, channels, kernel, dilation } = sizes;
  const [weight, bias] = [parameter(`${name}.weight`), parameter(`${name}.bias`)];
  const delays = Array.from({ length: kernel }, (_, tap) => (kernel - 1 - tap) * dilation);
  const seen = graph.concat(
    delays.map((steps) => later(graph, rows, { steps, window, width: channels.in })),
    1,
  );
  const output = graph.affine(seen, weight, { bias });
  tape?.record(output, (gradient) => {
    tape.give(weight, graph.affine(seen, gradient, { turnA: true }));
    tape.give(bias, graph.sum(gradient, 0));
    if (!tape.tracks(rows)) return;
    const toSeen = graph.split(
      graph.affine(gradient, weight, { turnB: true }),
      delays.map(() => channels.in),
      1,
    );
    for (const [tap, steps] of delays.entries())
      tape.give(rows, later(graph, toSeen[tap] ?? '', { steps: -steps, window, width: channels.in }));
  });
  return output;
}

/** The rows, so many steps later (earlier when negative); zeros move in. */
function later(
  graph: Graph,
  rows: Value,
  { steps, window, width }: { readonly steps: number; readonly window: number; readonly width: number },
): Value {
  const distance = Math.abs(steps);
  if (distance === 0) return rows;
  if (distance >= window) return graph.scale(rows, 0);
  const [from, to] = steps > 0 ? [0, window - distance] : [distance, window];
  const kept = graph.node('Slice', [
    graph.reshape(rows, [window, -1, width]),
    graph.integers([from]),
    graph.integers([to]),
    graph.integers([0]),
  ]);
  const padding = steps > 0 ? [distance, 0, 0, 0, 0, 0] : [0, 0, 0, distance, 0, 0];
  return graph.reshape(graph.node('Pad', [kept, graph.integers(padding)]), [-1, width]);
}
