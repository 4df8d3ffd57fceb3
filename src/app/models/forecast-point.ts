/** One feature of one series at one instant to come (epoch milliseconds), and the interval that holds it with the chance that was asked for. */
export interface ForecastPoint {
  readonly series: string;
  readonly feature: string;
  readonly at: number;
  readonly point: number;
  readonly lower: number;
  readonly upper: number;
}
