/** What a forecast is told from: the last value of the window, or its median, which is better where a feature jumps about a level. */
export const anchors = ['last', 'median'] as const;
export type Anchor = (typeof anchors)[number];

/** One feature of one window in rows of `features` numbers. */
export interface WindowPlace {
  /** The first row. */
  readonly start: number;
  readonly window: number;
  readonly features: number;
  readonly feature: number;
}

/** The value from which the forecast of a feature is told. */
export function anchorValue(rows: Float32Array | Float64Array, { start, window, features, feature }: WindowPlace, anchor: Anchor): number {
  const at = (step: number) => rows[(start + step) * features + feature] ?? Number.NaN;
  if (anchor === 'last') return at(window - 1);
  const sorted = Float64Array.from({ length: window }, (_, step) => at(step)).sort();
  const middle = (window - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
