/** What is usual for one figure of one address, learnt from its windows. */
export interface UsualLevel {
  /** How many windows were learnt from. */
  windows: number;
  /** Of log(1 + figure). */
  middle: number;
  spread: number;
}

/** The newest window counts at least so much, so that what is usual may change. */
const LEAST_WEIGHT = 0.05;
/** A figure pulls no further than so many spreads: one attack does not make itself usual. */
const PULL = 3;
/** Of counts that hardly vary: a quarter more or less. */
const LEAST_SPREAD = 0.25;

/** Knows nothing. */
export function newUsualLevel(): UsualLevel {
  return { windows: 0, middle: 0, spread: LEAST_SPREAD };
}

/** Learns from one more window: a middle and a spread that single windows cannot move far (Huber's clipping). */
export function learn(level: UsualLevel, figure: number): void {
  const value = Math.log1p(figure);
  level.windows++;
  if (level.windows === 1) {
    level.middle = value;
    return;
  }
  const weight = Math.max(1 / level.windows, LEAST_WEIGHT);
  const off = Math.max(-PULL * level.spread, Math.min(PULL * level.spread, value - level.middle));
  level.middle += weight * off;
  level.spread = Math.max(LEAST_SPREAD, level.spread + weight * (1.25 * Math.abs(off) - level.spread));
}

/** How many spreads a figure lies above what is usual. */
export function excess({ middle, spread }: UsualLevel, figure: number): number {
  return (Math.log1p(figure) - middle) / spread;
}

/** What is usual, as a figure. */
export function usualFigure({ middle }: UsualLevel): number {
  return Math.expm1(middle);
}
