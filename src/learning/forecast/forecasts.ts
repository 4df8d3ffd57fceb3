/** Forecasts of all slots, by slot and step ahead, in the unit of the values; NaN where one of the last values is missing. */
export interface Forecasts {
  readonly point: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}
