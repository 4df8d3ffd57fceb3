import type { Figures } from '../../../learning/bootstrap.ts';
import type { SeriesTally } from './series-tally.ts';
import { OURS, UNCHALLENGED } from './walk-set.ts';

/** Figures that only our forecasts have. */
export const OURS_ONLY = ['windowsPerSecond', 'learningSeconds'] as const;

const LAST = 'last value';
const learned: readonly string[] = ['ridge', 'boosting on lags', UNCHALLENGED];

/** The baseline that learns nothing and does best, whose error a forecast must beat to be of use; the last value where none does better. */
export function simplestOf(tallies: readonly SeriesTally[], names: readonly string[]): string {
  const simple = names.filter((name) => !learned.includes(name));
  const errors = simple.map((name) => relativeError(tallies, name, LAST));
  return simple[errors.indexOf(Math.min(...errors))] ?? LAST;
}

/**
 * The figures of a method over series. `relMAE` is the mean error over windows over that of the last value, its geometric mean over sets;
 * `relMAELater` the same in the second half of each set's time, `relMAEHalf0` and `1` in two halves of the series by a hash of their names.
 * Ours have the share of values inside the interval and its width in mean changes, too, and the error over that of a simple method, and
 * over ours without the model where one takes part.
 */
export function forecastFigures(method: string, tallies: readonly SeriesTally[], simplest = LAST): Figures {
  const inHalf = (half: 0 | 1) => tallies.filter((tally) => tally.half === half);
  const errors = {
    relMAE: relativeError(tallies, method, LAST),
    relMAELater: relativeError(tallies, method, LAST, 'later'),
    relMAEHalf0: relativeError(inHalf(0), method, LAST),
    relMAEHalf1: relativeError(inHalf(1), method, LAST),
  };
  if (method !== OURS) return errors;
  const overSimple = relativeError(tallies, method, simplest);
  return { ...errors, overSimple, ...challengedFigures(tallies, inHalf), ...intervalFigures(tallies) };
}

function challengedFigures(tallies: readonly SeriesTally[], inHalf: (half: 0 | 1) => readonly SeriesTally[]): Figures {
  if (tallies[0]?.sums.errors[UNCHALLENGED] === undefined) return {};
  const over = (some: readonly SeriesTally[]) => relativeError(some, OURS, UNCHALLENGED);
  return { overUnchallenged: over(tallies), overUnchallengedHalf0: over(inHalf(0)), overUnchallengedHalf1: over(inHalf(1)) };
}

function relativeError(tallies: readonly SeriesTally[], method: string, reference: string, when: 'errors' | 'later' = 'errors'): number {
  const sets = new Map<string, { own: number; reference: number }>();
  for (const { set, sums } of tallies) {
    const sum = sets.get(set) ?? { own: 0, reference: 0 };
    sum.own += sums[when][method] ?? 0;
    sum.reference += sums[when][reference] ?? 0;
    sets.set(set, sum);
  }
  const logs = [...sets.values()].map(({ own, reference: other }) => Math.log(own / other));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** Each set counts alike. */
function intervalFigures(tallies: readonly SeriesTally[]): Figures {
  const sets = new Map<string, { windows: number; inside: number; width: number; freeWindows: number; freeInside: number }>();
  for (const { set, sums } of tallies) {
    const sum = sets.get(set) ?? { windows: 0, inside: 0, width: 0, freeWindows: 0, freeInside: 0 };
    sum.windows += sums.windows;
    sum.inside += sums.inside;
    sum.width += sums.width;
    sum.freeWindows += sums.freeWindows;
    sum.freeInside += sums.freeInside;
    sets.set(set, sum);
  }
  const all = [...sets.values()];
  const meanOf = (share: (sum: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + share(one), 0) / all.length;
  return {
    coverage80: meanOf(({ inside, windows }) => inside / windows),
    coverage80Untied: meanOf(({ freeInside, freeWindows }) => freeInside / freeWindows),
    width80: meanOf(({ width, windows }) => width / windows),
  };
}
