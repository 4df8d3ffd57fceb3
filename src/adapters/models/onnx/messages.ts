import type { ErrorCode } from '../../../core/errors.ts';
import type { SequenceSpec } from '../../../learning/graphs/sequence-spec.ts';
import type { Anchor } from '../../../learning/graphs/window-anchor.ts';

/**
 * What a model learns from. `values` holds scaled rows of `spec.features` numbers, series after series; a window is named by its first
 * row. What is learnt is how much each feature will have moved from its anchor, times `gains`, at each of the next steps.
 */
export interface TrainingSet {
  readonly spec: SequenceSpec;
  readonly values: Float32Array;
  readonly gains: Float32Array;
  /** By feature. */
  readonly anchors: readonly Anchor[];
  /** Where training begins. */
  readonly weights: Float32Array;
  readonly batch: number;
  /** Adam's learning rate. */
  readonly rate: number;
  /** From which error on the loss grows as the absolute error does; infinite for the squared error. */
  readonly bound: number;
}

/** What the worker is asked for; a `handle` names a model or a training that it holds. */
export type Request =
  | { readonly is: 'load'; readonly model: Uint8Array }
  | { readonly is: 'forecast'; readonly handle: number; readonly windows: Float32Array; readonly count: number; readonly batch: number }
  | { readonly is: 'train'; readonly set: TrainingSet }
  | { readonly is: 'epoch'; readonly handle: number; readonly starts: Int32Array }
  | { readonly is: 'loss'; readonly handle: number; readonly starts: Int32Array }
  | { readonly is: 'weights'; readonly handle: number }
  | { readonly is: 'release'; readonly handle: number }
  /** Not answered: the thread ends after the run that it is in. */
  | { readonly is: 'close' };

/** What a loaded model takes and gives, as its file says; a size that is not fixed is a name. */
export interface ModelShape {
  readonly input: readonly (number | string)[];
  readonly output: readonly (number | string)[];
}

/** What came of a request. */
export type Answer =
  | { readonly is: 'loaded'; readonly handle: number; readonly shape: ModelShape }
  | { readonly is: 'numbers'; readonly values: Float32Array<ArrayBuffer> }
  | { readonly is: 'training'; readonly handle: number }
  | { readonly is: 'lost'; readonly loss: number }
  | { readonly is: 'released' }
  | { readonly is: 'failed'; readonly code: ErrorCode | undefined; readonly message: string };
