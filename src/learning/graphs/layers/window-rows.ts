import type { Value } from '../graph.ts';
import type { Net } from '../net.ts';

/** The windows `[batch, steps, features]` as rows, step by step: all first steps, then all second ones. */
export function timeMajorRows({ graph, tape }: Net, windows: Value, features: number): Value {
  const rows = graph.reshape(graph.transpose(windows, [1, 0, 2]), [-1, features]);
  tape?.ignore(rows);
  return rows;
}

/** The windows `[batch, steps, features]` as rows, window by window. */
export function batchMajorRows({ graph, tape }: Net, windows: Value, features: number): Value {
  const rows = graph.reshape(windows, [-1, features]);
  tape?.ignore(rows);
  return rows;
}

/** The rows of the last step, from time-major rows. */
export function lastStep({ graph, tape }: Net, rows: Value, { window, width }: { readonly window: number; readonly width: number }): Value {
  const cube = graph.reshape(rows, [window, -1, width]);
  const last = graph.node('Slice', [cube, graph.integers([window - 1]), graph.integers([window]), graph.integers([0])]);
  const output = graph.reshape(last, [-1, width]);
  tape?.record(output, (gradient) => {
    const only = graph.reshape(gradient, [1, -1, width]);
    tape.give(rows, graph.reshape(graph.node('Pad', [only, graph.integers([window - 1, 0, 0, 0, 0, 0])]), [-1, width]));
  });
  return output;
}

/** The mean over the steps of each window, from batch-major rows. */
export function meanOfSteps(
  { graph, tape }: Net,
  rows: Value,
  { window, width }: { readonly window: number; readonly width: number },
): Value {
  const output = graph.mean(graph.reshape(rows, [-1, window, width]), 1);
  tape?.record(output, (gradient) => {
    const share = graph.reshape(graph.scale(gradient, 1 / window), [-1, 1, width]);
    tape.give(rows, graph.reshape(graph.node('Expand', [share, graph.integers([1, window, 1])]), [-1, width]));
  });
  return output;
}

/** Adds the parameter `name`, one row for each step, to batch-major rows. */
export function addPosition(
  { graph, tape, parameter }: Net,
  rows: Value,
  { name, window, width }: { readonly name: string; readonly window: number; readonly width: number },
): Value {
  const position = parameter(name);
  const output = graph.reshape(graph.add(graph.reshape(rows, [-1, window, width]), position), [-1, width]);
  tape?.record(output, (gradient) => {
    tape.give(rows, gradient);
    tape.give(position, graph.sum(graph.reshape(gradient, [-1, window, width]), 0));
  });
  return output;
}
