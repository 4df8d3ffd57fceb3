import type { Scene } from './scene.ts';

const MINUTE_MS = 60_000;
/** An alarm later than this before the end helps nobody. */
const MARGIN_MS = 5 * MINUTE_MS;
/** How long a leak takes to the limit: drawn between these, evenly by the logarithm. */
interface LeakTimes {
  readonly shortestMs: number;
  readonly longestMs: number;
}

/** Leaks of memory. */
export const memoryLeaks: LeakTimes = { shortestMs: 40 * MINUTE_MS, longestMs: 10 * 60 * MINUTE_MS };
/** Disks that fill up. */
export const diskLeaks: LeakTimes = { shortestMs: 3 * 60 * MINUTE_MS, longestMs: 48 * 60 * MINUTE_MS };

/** Slowing down, straight, and speeding up: the exponents of time. */
const SHAPES = [0.8, 1, 1.5] as const;
/** Where more is used there is no room for a leak. */
const MOST = 0.85;

/**
 * The same series with a leak in it that ends at the limit, as its process would: when it begins, how long it takes and its shape are
 * drawn. Undefined where there is no room. Nothing but the leak is scored.
 */
export function plantedLeak(scene: Scene, { shortestMs, longestMs }: LeakTimes, random: () => number): Scene | undefined {
  const { at, values } = scene;
  const begin = Math.floor((0.25 + 0.25 * random()) * at.length);
  const [startsAt, before, last] = [at[begin], values[begin], at.at(-1)];
  const wanted = shortestMs * (longestMs / shortestMs) ** random();
  const shape = SHAPES[Math.floor(random() * SHAPES.length)] ?? 1;
  if (startsAt === undefined || last === undefined || before === undefined || !(before <= MOST)) return undefined;
  const lasts = Math.min(wanted, last - startsAt);
  const leaking = values.map((value, i) => value + (1 - before) * Math.max(0, ((at[i] ?? 0) - startsAt) / lasts) ** shape);
  const end = leaking.findIndex((value, i) => i > begin && value >= 1);
  if (end < 0) return undefined;
  return {
    ...scene,
    name: `${scene.name} leaking`,
    at: at.subarray(0, end),
    values: leaking.subarray(0, end),
    faults: [{ from: startsAt, to: (at[end] ?? startsAt) - MARGIN_MS }],
    scoredFrom: end,
    isAhead: true,
  };
}
