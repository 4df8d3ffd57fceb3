import type { Forecasts } from './forecasts.ts';

/** Why a forecast is a risk: the use will rise to a multiple of what it is now, or reach its limit. */
export interface Risk {
  readonly kind: 'rise' | 'limit';
  /** Steps ahead, from 1, of the highest value, or of the first one at the limit. */
  readonly step: number;
  /** The least that is forecast there, and the most likely. */
  readonly lower: number;
  readonly point: number;
}

/** What counts as a risk. */
export interface RiskRule {
  /** The use below which nothing is a risk, in the unit of the series. */
  readonly trivial: number;
  /** A rise to more than so many times the current use is one. */
  readonly rise: number;
  /** What the use must not reach, where there is such a thing. */
  readonly limit?: number;
}

/** One series' part of forecasts. */
export function forecastOf({ point, lower, upper }: Forecasts, slot: number, horizon: number): Forecasts {
  const part = (values: Float64Array) => values.subarray(slot * horizon, (slot + 1) * horizon);
  return { point: part(point), lower: part(lower), upper: part(upper) };
}

/**
 * The risk in one series' forecast, judged by the lower end of its interval, so that a wide interval is no alarm. Undefined when there is
 * none, when the current use is trivial, and when nothing could be forecast.
 */
export function riskOf(
  current: number,
  { point, lower }: Pick<Forecasts, 'point' | 'lower'>,
  { trivial, rise, limit }: RiskRule,
): Risk | undefined {
  if (!(current > trivial)) return undefined;
  const at = (kind: Risk['kind'], n: number): Risk => ({ kind, step: n + 1, lower: lower[n] ?? Number.NaN, point: point[n] ?? Number.NaN });
  const reached = limit === undefined ? -1 : lower.findIndex((value) => value >= limit);
  if (reached >= 0) return at('limit', reached);
  const peak = lower.reduce((best, value, n) => (value > (lower[best] ?? Number.NEGATIVE_INFINITY) ? n : best), 0);
  return (lower[peak] ?? Number.NaN) > rise * current ? at('rise', peak) : undefined;
}
