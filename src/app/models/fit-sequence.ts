import type { OnnxThread } from '../../adapters/models/onnx/open-onnx.ts';
import { startParameters } from '../../learning/graphs/parameters.ts';
import type { SequenceSpec } from '../../learning/graphs/sequence-spec.ts';
import type { ScaledRows } from './forecaster.ts';

/** How one training goes. */
export interface FitOptions {
  readonly epochs: number;
  /** Numbers in [0, 1): the same ones give the same model. */
  readonly random: () => number;
  /** Told after each epoch. */
  readonly onEpoch?: (epoch: Epoch) => void;
}

/** What came of one epoch: the mean loss where was learnt, and that where was watched. */
export interface Epoch {
  readonly number: number;
  readonly of: number;
  readonly training: number;
  readonly watching: number;
}

/** The parameters that were best on the watched windows. */
export interface Fit {
  readonly weights: Float32Array;
  readonly losses: readonly Pick<Epoch, 'training' | 'watching'>[];
  readonly bestEpoch: number;
}

/** A batch of the optimiser, its learning rate, and from which error on (in usual changes) the loss is the absolute one. */
export const fitting = { batch: 64, rate: 1e-3, bound: 0.1, windowsPerEpoch: 20_000, patience: 4 } as const;

/** Trains until so many epochs are over, or the watched loss has not improved for some of them. */
export async function fitSequence(
  onnx: OnnxThread,
  {
    spec,
    rows,
    training,
    watching,
  }: { readonly spec: SequenceSpec; readonly rows: ScaledRows; readonly training: Int32Array; readonly watching: Int32Array },
  { epochs, random, onEpoch }: FitOptions,
): Promise<Fit> {
  const { batch, rate, bound } = fitting;
  const gains = Float32Array.from(rows.scaler.gains);
  const { anchors } = rows.scaler;
  const trainer = await onnx.train({
    spec,
    values: rows.values,
    gains,
    anchors,
    weights: startParameters(spec, random),
    batch,
    rate,
    bound,
  });
  const losses: Epoch[] = [];
  let best: { readonly loss: number; readonly epoch: number; readonly weights: Float32Array } = {
    loss: Number.POSITIVE_INFINITY,
    epoch: 0,
    weights: new Float32Array(),
  };
  try {
    for (let number = 1; number <= epochs && number - best.epoch <= fitting.patience; number++) {
      const told = await trainer.epoch(shuffled(training, random).subarray(0, fitting.windowsPerEpoch));
      const loss = await trainer.loss(watching);
      losses.push({ number, of: epochs, training: told, watching: loss });
      if (loss < best.loss) best = { loss, epoch: number, weights: await trainer.weights() };
      onEpoch?.({ number, of: epochs, training: told, watching: loss });
    }
  } finally {
    await trainer.release();
  }
  return {
    weights: best.weights,
    bestEpoch: best.epoch,
    losses: losses.map(({ training: one, watching: other }) => ({ training: one, watching: other })),
  };
}

/** Fisher and Yates. */
function shuffled(starts: Int32Array, random: () => number): Int32Array {
  const order = starts.slice();
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const [one = 0, two = 0] = [order[at], order[other]];
    order[at] = two;
    order[other] = one;
  }
  return order;
}
