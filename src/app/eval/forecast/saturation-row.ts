import { summaryOf } from '../summary.ts';
import type { Summary } from '../task.ts';
import { plantedClimbs, withClimb } from './planted-climbs.ts';
import { alarmsOf } from './saturation-alarms.ts';
import { type SaturationTally, saturationFigures, saturationTally } from './saturation-tally.ts';
import type { SeriesBlock, SeriesSet } from './series-sets.ts';

/** Where the capacity of a series comes from; what it is learned from is not scored. */
interface CapacityRule {
  readonly name: string;
  readonly learnedFrom: number;
  /** The capacity of a series of the set; undefined where it has none of this kind. */
  capacitiesOf(set: SeriesSet): (values: Float64Array) => number | undefined;
  /** Whether climbs are planted on some of the series. */
  readonly isPlanted?: true;
}

/** A quarter more than the most that was used in the first third of the time. */
const ofItsPast: CapacityRule = {
  ...{ name: 'of its past', learnedFrom: 1 / 3 },
  capacitiesOf: () => (values) => {
    const highest = highestOf(values.subarray(0, Math.floor(values.length / 3)));
    return highest > 0 ? 1.25 * highest : undefined;
  },
};

/** The same, with climbs that are known. */
const planted: CapacityRule = { ...ofItsPast, name: 'planted', isPlanted: true };

/** 100 where the values of the set are percentages, 1 where they are shares: both are told by the highest. */
const ofTheScale: CapacityRule = {
  ...{ name: 'of the scale', learnedFrom: 0 },
  capacitiesOf({ blocks }) {
    const highest = Math.max(...blocks.map(({ values }) => highestOf(values)));
    const scale = [1, 100].find((one) => highest <= one && highest > one / 2);
    return () => scale;
  },
};

/** How often saturation was foretold on some sets: the figures of each method under each rule of capacity that applies to any series. */
export function saturationRows(sets: readonly SeriesSet[], newRandom: () => () => number): Readonly<Record<string, Summary>> {
  const rows = [ofTheScale, ofItsPast, planted].flatMap((rule) => sets.flatMap((set) => rowsOf(set, rule, newRandom)));
  return Object.fromEntries(rows);
}

function rowsOf(set: SeriesSet, rule: CapacityRule, newRandom: () => () => number): (readonly [string, Summary])[] {
  const tallies = new Map<string, SaturationTally[]>();
  const capacityOf = rule.capacitiesOf(set);
  for (const block of set.blocks)
    for (const [method, own] of Object.entries(talliesOf(block, { ...rule, capacityOf, random: newRandom() })))
      tallies.set(method, [...(tallies.get(method) ?? []), ...own]);
  return [...tallies].flatMap(([method, own]) =>
    own.some(({ onsets }) => onsets > 0)
      ? [[`saturation ${rule.name}, ${set.name}: ${method}`, summaryOf(own, saturationFigures, newRandom())] as const]
      : [],
  );
}

interface Capacities extends Pick<CapacityRule, 'learnedFrom' | 'isPlanted'> {
  readonly capacityOf: ReturnType<CapacityRule['capacitiesOf']>;
  readonly random: () => number;
}

function talliesOf(block: SeriesBlock, capacities: Capacities): Readonly<Record<string, SaturationTally[]>> {
  const { steps, stepsPerDay } = block;
  const shares = sharesOf(block, capacities);
  if (shares.count === 0 || stepsPerDay === undefined) return {};
  const from = Math.floor(steps * capacities.learnedFrom);
  const part = <Values extends { subarray(from: number, to: number): Values }>(values: Values, slot: number): Values =>
    values.subarray(slot * steps, (slot + 1) * steps);
  return Object.fromEntries(
    Object.entries(alarmsOf({ ...shares, steps })).map(([method, alarms]) => [
      method,
      Array.from({ length: shares.count }, (_, slot) =>
        saturationTally({ shares: part(shares.values, slot), alarms: part(alarms, slot), from, stepsPerDay }),
      ),
    ]),
  );
}

function sharesOf(
  { names, steps, values }: SeriesBlock,
  { learnedFrom, isPlanted, capacityOf, random }: Capacities,
): { readonly count: number; readonly values: Float64Array } {
  const some = isPlanted ? names.slice(0, plantedClimbs.most) : names;
  const own = some.flatMap((_, slot) => {
    const series = values.subarray(slot * steps, (slot + 1) * steps);
    const capacity = capacityOf(series);
    if (capacity === undefined) return [];
    const shares = series.map((value) => value / capacity);
    return (isPlanted ? withClimb(shares, Math.floor(steps * learnedFrom), random) : shares) ?? [];
  });
  const shares = new Float64Array(own.length * steps);
  own.forEach((series, slot) => {
    shares.set(series, slot * steps);
  });
  return { count: own.length, values: shares };
}

function highestOf(values: Float64Array): number {
  return values.filter((value) => !Number.isNaN(value)).reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
}
