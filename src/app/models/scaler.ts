import { z } from 'zod';
import { type Anchor, anchors, anchorValue } from '../../learning/graphs/window-anchor.ts';
import { thinned, type Windows } from './windows.ts';

/** How values are brought to one scale, by feature: `(value - mean) / spread`, bounded; and how changes are, for what a model answers. */
export const Scaler = z.strictObject({
  mean: z.array(z.number()),
  spread: z.array(z.number().positive()),
  /** What forecasts of each feature are told from. */
  anchors: z.array(z.enum(anchors)),
  /** What the distance of a scaled value from its anchor is multiplied by. */
  gains: z.array(z.number().positive()),
  /** Scaled values are kept within plus and minus this. */
  bound: z.number().positive(),
});
export type Scaler = z.infer<typeof Scaler>;

/** Far outliers would otherwise rule what is learnt. */
const BOUND = 8;

/** Learns the scale from the rows up to an instant. A feature that never changes keeps the spread 1. */
export function scalerFrom(windows: Windows, until: number): Scaler {
  const { features } = windows.shape;
  const known = [...windows.at.keys()].filter((row) => (windows.at[row] ?? 0) <= until);
  const stats = Array.from({ length: features }, (_, feature) => {
    const values = known.map((row) => windows.rows[row * features + feature] ?? Number.NaN).filter(Number.isFinite);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
    return { mean, spread: Math.sqrt(variance) || 1 };
  });
  const scale = { mean: stats.map(({ mean }) => mean), spread: stats.map(({ spread }) => spread), bound: BOUND };
  const values = scaled(windows.rows, scale);
  const chosen = stats.map((_, feature) => chosenAnchor(windows, values, feature));
  return {
    ...scale,
    anchors: chosen.map(({ anchor }) => anchor),
    gains: chosen.map(({ usual }) => (usual > 0 ? Math.min(1_000, 1 / usual) : 1)),
  };
}

/** The scaled values of all rows; NaN stays NaN. */
export function scaled(rows: Float64Array, { mean, spread, bound }: Pick<Scaler, 'mean' | 'spread' | 'bound'>): Float32Array {
  const features = mean.length;
  return Float32Array.from(rows, (value, at) => {
    const feature = at % features;
    return Math.min(bound, Math.max(-bound, (value - (mean[feature] ?? 0)) / (spread[feature] ?? 1)));
  });
}

/** More windows would choose no better. */
const ASKED = 5_000;

/** The anchor from which the steps to come lie less far, and how far that usually is, over the windows learnt from. */
function chosenAnchor(windows: Windows, values: Float32Array, feature: number): { readonly anchor: Anchor; readonly usual: number } {
  const { window, horizon, features } = windows.shape;
  const starts = thinned(windows.starts.training, ASKED);
  const tried = anchors.map((anchor) => {
    let sum = 0;
    for (const start of starts) {
      const from = anchorValue(values, { start, window, features, feature }, anchor);
      for (let step = 0; step < horizon; step++) sum += Math.abs((values[(start + window + step) * features + feature] ?? 0) - from);
    }
    return { anchor, usual: starts.length === 0 ? 0 : sum / (starts.length * horizon) };
  });
  return tried.reduce((best, one) => (one.usual < best.usual ? one : best));
}
