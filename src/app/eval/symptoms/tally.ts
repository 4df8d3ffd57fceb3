import type { Figures } from '../../../learning/bootstrap.ts';
import { spansOf } from '../anomaly/event-f1.ts';
import type { Scene } from './scene.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Alarms that are no farther apart are one: an incident that opens again is no new one. */
const GAP_MS = 30 * MINUTE_MS;
/** So long after a fault an alarm is not false: its effects last. */
const AFTER_MS = 15 * MINUTE_MS;

/** What one method came to on one scene. */
export interface Tally {
  readonly faults: number;
  /** By fault that was found, minutes from its beginning to the first alarm, or, where the lead counts, from that alarm to its end. */
  readonly minutes: readonly number[];
  readonly falseAlarms: number;
  /** How long the scored part without faults is. */
  readonly days: number;
}

/** Holds alarms against the faults of a scene: one is found by an alarm while it lasts. */
export function tallyOf(alarms: Uint8Array, scene: Scene): Tally {
  const { at, faults, stepMs, scoredFrom, isAhead } = scene;
  const healthy = Uint8Array.from(at, (_, i) => (i >= scoredFrom && !isTroubled(scene, i) ? 1 : 0));
  const minutes = faults.flatMap(({ from, to }) => {
    const first = at.findIndex((instant, i) => alarms[i] === 1 && instant >= from && instant <= to);
    const instant = at[first];
    if (instant === undefined) return [];
    return [(isAhead ? to - instant : instant - from) / MINUTE_MS];
  });
  return {
    faults: faults.length,
    minutes,
    falseAlarms: runsOf(
      alarms.map((alarm, i) => alarm * (healthy[i] ?? 0)),
      at,
    ),
    days: (healthy.reduce((sum, one) => sum + one, 0) * stepMs) / DAY_MS,
  };
}

/** Whether a sample lies in a fault, its own or another's, or soon after it. */
export function isTroubled({ at, faults, elsewhere = [] }: Scene, i: number): boolean {
  const instant = at[i] ?? Number.NaN;
  const isIn = ({ from, to }: Scene['faults'][number]) => instant >= from && instant <= to + AFTER_MS;
  return faults.some(isIn) || elsewhere.some(isIn);
}

function runsOf(alarms: Uint8Array, at: Float64Array): number {
  let runs = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const [first, end] of spansOf(alarms)) {
    if ((at[first] ?? 0) - last > GAP_MS) runs += 1;
    last = at[end] ?? last;
  }
  return runs;
}

/** What several scenes of one detector come to; what cannot be told is left out. */
export function figuresOf(detector: string, tallies: readonly Tally[]): Figures {
  return { ...findsOf(detector, tallies), ...falseAlarmsOf(detector, tallies) };
}

/** How many faults were found, and how soon. */
export function findsOf(detector: string, tallies: readonly Tally[]): Figures {
  const faults = sumOf(tallies, 'faults');
  const minutes = tallies.flatMap((one) => one.minutes).toSorted((one, other) => one - other);
  const median = minutes[minutes.length >> 1];
  return {
    ...(faults > 0 && { [`${detector}.recall`]: minutes.length / faults, [`${detector}.faults`]: faults }),
    ...(median !== undefined && { [`${detector}.minutes`]: median }),
  };
}

/** How often it was wrong where nothing was. */
export function falseAlarmsOf(detector: string, tallies: readonly Tally[]): Figures {
  const days = sumOf(tallies, 'days');
  return days > 0 ? { [`${detector}.falseAlarmsPerDay`]: sumOf(tallies, 'falseAlarms') / days, [`${detector}.days`]: days } : {};
}

function sumOf(tallies: readonly Tally[], figure: 'faults' | 'falseAlarms' | 'days'): number {
  return tallies.reduce((total, one) => total + one[figure], 0);
}
