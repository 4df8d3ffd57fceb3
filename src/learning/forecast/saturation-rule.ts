import type { ClimbRule } from './steady-climb.ts';

/** When a share of capacity is held to be full, or about to be. Counts are of steps in a row. */
export interface SaturationRule {
  readonly windowSteps: number;
  readonly horizon: number;
  /** The share from which on it is full, below which nothing is foretold, and below which it may end. */
  readonly limit: number;
  readonly trivial: number;
  readonly leave: number;
  /** It fires when so many steps foretell it, or when it has been full for so many, and ends when so many do neither. */
  readonly foretoldSteps: number;
  readonly fullSteps: number;
  readonly calmSteps: number;
  /** For so long the highest upper end is kept. */
  readonly heldMs: number;
  /** So many series at most are forecast in one step, the others in the next ones. */
  readonly mostPerStep: number;
  readonly climb: ClimbRule;
}

/** All constants of the watch for saturation. */
export const saturationRule: SaturationRule = {
  ...{ windowSteps: 20, horizon: 20 },
  ...{ limit: 0.9, trivial: 0.3, leave: 0.85 },
  ...{ foretoldSteps: 2, fullSteps: 2, calmSteps: 4 },
  ...{ heldMs: 600_000, mostPerStep: 1_000 },
  climb: { lineSteps: 10, believed: 0.6, reach: 1.28 },
};
