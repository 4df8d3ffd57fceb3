import { judge, newFollow, type SaturationFollow, takeValue } from '../../../learning/forecast/saturation-follow.ts';
import { createSaturationMonitor } from '../../../learning/forecast/saturation-monitor.ts';
import { type SaturationRule, saturationRule } from '../../../learning/forecast/saturation-rule.ts';
import { baselineConstants } from './baseline-ways.ts';
import { OURS } from './walk-set.ts';

/** By series and step, whether it fires. */
export type Alarms = Uint8Array;

/** Shares of capacity of many series, by series and step; NaN is missing. */
export interface Shares {
  readonly count: number;
  readonly steps: number;
  readonly values: Float64Array;
}

/** What the detector of `run` makes of shares, one step of all series at a time, and what simple rules make of them. */
export function alarmsOf(shares: Shares): Readonly<Record<string, Alarms>> {
  const theirs = Object.entries(rules).map(([name, foretells]) => [name, simpleAlarms(shares, foretells)] as const);
  return { [OURS]: ourAlarms(shares), ...Object.fromEntries(theirs) };
}

function ourAlarms({ count, steps, values }: Shares): Alarms {
  const alarms = new Uint8Array(count * steps);
  const monitor = createSaturationMonitor({ slots: count, stepMs: 60_000, dims: 1 }, { ...saturationRule, mostPerStep: count });
  for (let step = 0; step < steps; step++) {
    monitor.step(
      step * 60_000,
      Float64Array.from({ length: count }, (_, slot) => values[slot * steps + step] ?? Number.NaN),
    );
    for (let slot = 0; slot < count; slot++) alarms[slot * steps + step] = monitor.firing[slot] ?? 0;
  }
  return alarms;
}

/** Whether a rule foretells saturation, from the last values, oldest first. */
type Foretells = (window: readonly number[], rule: SaturationRule) => boolean;

/** Each fires and ends as ours does, by what it foretells. */
const rules: Readonly<Record<string, Foretells>> = {
  threshold: () => false,
  'threshold at 80 %': (window) => (window.at(-1) ?? 0) >= 0.8,
  'last value': (window, { limit }) => (window.at(-1) ?? 0) >= limit,
  ses: (window, { limit }) => window.reduce((level, value) => level + baselineConstants.ses * (value - level)) >= limit,
  'straight line': (window, { limit, horizon, windowSteps }) => window.length === windowSteps && lineAt(window, horizon) >= limit,
};

function lineAt(window: readonly number[], ahead: number): number {
  const middle = (window.length - 1) / 2;
  const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
  const product = window.reduce((sum, value, n) => sum + (n - middle) * value, 0);
  return mean + (product / ((window.length * (window.length ** 2 - 1)) / 12)) * (middle + ahead);
}

function simpleAlarms({ count, steps, values }: Shares, foretells: Foretells): Alarms {
  const alarms = new Uint8Array(count * steps);
  for (let slot = 0; slot < count; slot++) {
    const follow = newFollow();
    for (let step = 0; step < steps; step++) {
      takeValue(follow, values[slot * steps + step] ?? Number.NaN, saturationRule);
      foretell(follow, foretells);
      judge(follow, saturationRule);
      alarms[slot * steps + step] = Number(follow.firing);
    }
  }
  return alarms;
}

function foretell(follow: SaturationFollow, foretells: Foretells): void {
  const { window, current } = follow;
  if (current >= saturationRule.trivial && foretells(window, saturationRule))
    follow.ahead = { lower: current, point: current, upper: current, reached: 1 };
}
