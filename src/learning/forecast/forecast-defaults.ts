import type { IntervalMemory } from './interval-widths.ts';
import type { ErrorMemory } from './recent-errors.ts';

/** All constants of the forecaster. Errors and widths are in typical changes of the series. */
export const forecastDefaults = {
  errors: { ownDecay: 0.98, poolDecay: 0.97, prior: 20, sharpness: 20, mostError: 20, hysteresis: 0.01 } satisfies ErrorMemory,
  intervals: { level: 0.8, poolStep: 0.5, ownStep: 0.1 } satisfies IntervalMemory,
  /** When it learns: first after so many windows' length, then when it has seen so many times as much, at least once in so many steps. */
  learning: { firstWindows: 3, again: 1.3, mostSteps: 1_440, fewestRows: 200, mostRows: 30_000, rowsPerStep: 128 },
};
