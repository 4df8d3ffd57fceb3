import type { LabelledSeries } from './labelled-series.ts';
import { leadingDirections } from './leading-directions.ts';

const CLIP = 10;
const EXPLAINED = 0.9;

/** Methods for several metrics, which learn the mean and deviation of each from the part before the scored one. */
export const jointBaselines = {
  'l2-of-z': (series) => lengths(standardised(series), series.dims),
  'pca-90': (series) => lengths(withoutLeading(standardised(series), series), series.dims),
} satisfies Record<string, (series: LabelledSeries) => Float64Array>;

/** Each metric less its mean, in deviations, clipped at 10; missing values are as usual. */
function standardised({ values, dims, scoredFrom }: LabelledSeries): Float64Array {
  const usual = Array.from({ length: dims }, (_, metric) => {
    const learned = Array.from({ length: scoredFrom }, (_, i) => values[i * dims + metric] ?? Number.NaN).filter(
      (one) => !Number.isNaN(one),
    );
    const mean = learned.reduce((sum, one) => sum + one, 0) / learned.length;
    const deviation = Math.sqrt(learned.reduce((sum, one) => sum + (one - mean) ** 2, 0) / learned.length);
    return { mean, deviation: deviation + 1e-3 * Math.abs(mean) + 1e-4 };
  });
  return values.map((value, cell) => {
    const { mean, deviation } = usual[cell % dims] ?? { mean: 0, deviation: 1 };
    return Math.max(-CLIP, Math.min(CLIP, (value - mean) / deviation)) || 0;
  });
}

/** What is left of each sample outside of the directions that hold 90 % of the variance of the learned part. */
function withoutLeading(z: Float64Array, { dims, scoredFrom }: LabelledSeries): Float64Array {
  const directions = leadingDirections(z.subarray(0, scoredFrom * dims), dims, EXPLAINED);
  const rest = Float64Array.from(z);
  for (let from = 0; from < rest.length; from += dims)
    for (const direction of directions) {
      const along = direction.reduce((sum, part, metric) => sum + part * (z[from + metric] ?? 0), 0);
      for (const [metric, part] of direction.entries()) rest[from + metric] = (rest[from + metric] ?? 0) - along * part;
    }
  return rest;
}

function lengths(z: Float64Array, dims: number): Float64Array {
  return Float64Array.from({ length: z.length / dims }, (_, i) => {
    const squares = z.subarray(i * dims, (i + 1) * dims).reduce((sum, one) => sum + one * one, 0);
    return Math.sqrt(squares / dims);
  });
}
