/** The kinds of sequence models. */
export const sequenceModels = ['lstm', 'transformer', 'tcn'] as const;
export type SequenceModelName = (typeof sequenceModels)[number];

/** What goes in and out: `window` steps of `features` values each, and the next `horizon` steps of them. */
export interface SequenceShape {
  readonly window: number;
  readonly features: number;
  readonly horizon: number;
}

/** A sequence model with all of its sizes. */
export type SequenceSpec = LstmSpec | TransformerSpec | TcnSpec;

/** Stacked LSTM layers, and a linear map of the last hidden state. */
export interface LstmSpec extends SequenceShape {
  readonly model: 'lstm';
  readonly units: readonly number[];
}

/** Pre-norm Transformer layers, the mean over the steps, and a linear map. `width` is a multiple of `heads`. */
export interface TransformerSpec extends SequenceShape {
  readonly model: 'transformer';
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly feedForward: number;
}

/** Residual blocks of two causal convolutions each, one block for each dilation, and a linear map of the last step. */
export interface TcnSpec extends SequenceShape {
  readonly model: 'tcn';
  readonly channels: number;
  readonly kernel: number;
  readonly dilations: readonly number[];
}

/** The sizes that are used unless others are asked for. */
export function specOf(model: SequenceModelName, shape: SequenceShape): SequenceSpec {
  switch (model) {
    case 'lstm':
      return { model, ...shape, units: [64, 32] };
    case 'transformer':
      return { model, ...shape, width: 64, heads: 4, layers: 2, feedForward: 128 };
    case 'tcn':
      return { model, ...shape, channels: 64, kernel: 3, dilations: [1, 2, 4] };
  }
}

/** How a parameter starts: by Glorot's uniform draw (2010) from its first and last size, all the same, or LSTM biases with forget gates open. */
export type Start = 'glorot' | 'zero' | 'one' | 'small' | 'forget-open';

/** One tensor that is learnt. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Start;
}

/** The two parameters of a linear map. */
export function linearParameters(name: string, rows: number, columns: number): readonly Parameter[] {
  return [
    { name: `${name}.weight`, shape: [rows, columns], start: 'glorot' },
    { name: `${name}.bias`, shape: [columns], start: 'zero' },
  ];
}
