import type { Figures } from '../../../learning/bootstrap.ts';
import { saturationRule } from '../../../learning/forecast/saturation-rule.ts';

/** What one method made of one series. */
export interface SaturationTally {
  readonly onsets: number;
  /** Onsets that it fired for: in the steps before, or soon after. */
  readonly found: number;
  /** By how many steps it was ahead of each onset that it foretold. */
  readonly leads: readonly number[];
  readonly falseAlarms: number;
  readonly days: number;
}

const { limit, horizon, fullSteps } = saturationRule;
/** Saturation begins where the share stays at the limit for two steps and was below it for so many before. */
const CLEAR_STEPS = 10;

/** One series' shares and one method's alarms; `from` is the first step that counts. */
export interface Scored {
  readonly shares: Float64Array;
  readonly alarms: Uint8Array;
  readonly from: number;
  readonly stepsPerDay: number;
}

/** Scores a series. An alarm is false when the limit is not reached within the horizon of its beginning. */
export function saturationTally({ shares, alarms, from, stepsPerDay }: Scored): SaturationTally {
  const onsets = steps(shares.length).filter((step) => step >= from && isOnset(shares, step));
  const begins = steps(alarms.length).filter((step) => step >= from && alarms[step] === 1 && alarms[step - 1] !== 1);
  const found = onsets.filter((onset) => alarms.subarray(Math.max(0, onset - 1), onset + fullSteps + 1).includes(1));
  const leads = onsets.flatMap((onset) => {
    const begin = begins.findLast((step) => step < onset);
    const isAhead = begin !== undefined && onset - begin <= horizon && alarms[onset - 1] === 1;
    return isAhead ? [onset - begin] : [];
  });
  const falseAlarms = begins.filter((step) => !shares.subarray(step, step + horizon + 1).some((share) => share >= limit));
  return {
    ...{ onsets: onsets.length, found: found.length, leads, falseAlarms: falseAlarms.length },
    days: (shares.length - from) / stepsPerDay,
  };
}

function steps(count: number): number[] {
  return Array.from({ length: count }, (_, step) => step);
}

function isOnset(shares: Float64Array, step: number): boolean {
  if (!((shares[step] ?? 0) >= limit && (shares[step + 1] ?? 0) >= limit) || step < CLEAR_STEPS) return false;
  return shares.subarray(step - CLEAR_STEPS, step).every((share) => share < limit);
}

/**
 * The figures over series: the share of onsets that were fired for, that of those foretold, the middle lead of these in steps, and false
 * alarms by day of a series. NaN where there is no onset, or none was foretold.
 */
export function saturationFigures(tallies: readonly SaturationTally[]): Figures {
  let [onsets, found, falseAlarms, days] = [0, 0, 0, 0];
  const leads: number[] = [];
  for (const tally of tallies) {
    onsets += tally.onsets;
    found += tally.found;
    falseAlarms += tally.falseAlarms;
    days += tally.days;
    for (const lead of tally.leads) leads.push(lead);
  }
  leads.sort((a, b) => a - b);
  return {
    recall: found / onsets,
    foretold: leads.length / onsets,
    leadSteps: leads[leads.length >> 1] ?? Number.NaN,
    falseAlarmsPerDay: falseAlarms / days,
  };
}
