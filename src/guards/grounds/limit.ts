import { z } from 'zod';

/** What an option is when nothing is configured, and the bounds beyond which configuration has no effect. */
export interface Bounds {
  readonly standard: number;
  readonly floor?: number;
  readonly ceiling?: number;
}

/** A number option with its default and compiled-in bounds: a configured value beyond a bound counts as the bound. */
export function limit({ standard, floor = 0, ceiling = Number.MAX_SAFE_INTEGER }: Bounds) {
  return z
    .number()
    .overwrite((value) => Math.min(Math.max(value, floor), ceiling))
    .default(standard);
}
