import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { alarmBudget } from './alarm-budget.ts';
import { createDayMemory } from './day-memory.ts';
import { createDeviations } from './deviations.ts';
import { createEpisodeThresholds } from './episode-thresholds.ts';
import { createExtremes } from './extremes.ts';
import { createSlidingWindows } from './sliding-windows.ts';
import { thresholdRule, thresholdRules } from './threshold-rule.ts';
import { widened, widenedMarks } from './widened.ts';

const DAY_MS = 86_400_000;

/** All constants of the monitor for spikes and dips. Times are milliseconds, windows are samples. */
export const spikeDefaults = {
  /** How long the usual distance from the last values is remembered, and at least so many samples. */
  scaleMs: 3 * DAY_MS,
  scaleSamples: 500,
  /** The window of the hour behind, and how many of its own spreads count as far out. */
  wideWindow: 60,
  farSpreads: 6,
  /** The least distance that counts, as a share of the mean step from sample to sample. */
  grain: 0.3,
  /** The threshold is the oddness that the series' own past reached as often as the budget allows, but never under a floor; a prior while it is young. */
  budget: alarmBudget,
  thresholds: thresholdRules,
  halfLifeMs: 14 * DAY_MS,
  halfLifeSamples: 2_000,
  /** What is this share of the whole range and the least distance outside of all that was seen before, for a day at least, fires in any case: a value, */
  record: 0.03,
  /** and the mean of so many distances from the same time of the last days. */
  recordOver: 20,
  /** Once it fires it goes on until the oddness is below this share of what fires. */
  stay: 0.5,
  /** A score is at least this share of the one before, as long as this alone does not come near 1: what was odd stays so for a while. */
  hold: 0.95,
  heldBelow: 0.99,
  /** After a sample that fires only what is odder is news; the bar falls to this share of itself with each sample. */
  bar: 0.99,
} as const;

/** What is remembered of other days is rounded to single precision: smaller differences are none, as a share of the value. */
const ROUNDING = 1e-6;
/** Samples that the wide window needs before anything is said. */
const ENOUGH = 20;

/**
 * Follows spikes and dips: a sample is odd when it is far from the ten before it, and this is not what it did at the same time of the
 * last three days, and it is far out of the last hour; or when it, or for a while its distance from the same time of the last days, lies
 * outside of all that was seen before. The score is a multiple of what fires, and below 1 for what is no news after an alarm.
 */
export function createSpikeMonitor({ slots, stepMs }: MonitorShape): SeriesMonitor {
  const d = spikeDefaults;
  const memory = Math.max(d.scaleSamples, d.scaleMs / stepMs);
  const halfLife = Math.max(d.halfLifeSamples, d.halfLifeMs / stepMs);
  const sudden = createDeviations(slots, memory);
  const unseasonal = createDeviations(slots, memory);
  const wide = createSlidingWindows(slots, d.wideWindow);
  const days = createDayMemory(slots, stepMs);
  const rule = thresholdRule(stepMs);
  const thresholds = createEpisodeThresholds(slots, { ...rule, halfLife });
  const known = Math.max(rule.atLeast, DAY_MS / stepMs);
  const records = createExtremes(slots, { share: d.record, over: 1, atLeast: known });
  const drifts = createExtremes(slots, { share: d.record, over: d.recordOver, atLeast: known });
  const parts = [sudden, unseasonal, wide, days, thresholds, records, drifts];
  let scores = new Float64Array(slots).fill(Number.NaN);
  let firing = new Uint8Array(slots);
  let latest = new Float64Array(slots).fill(Number.NaN);
  let grains = new Float64Array(slots);
  let counts = new Float64Array(slots);
  let held = new Float64Array(slots);
  let oddest = new Float64Array(slots);
  let bars = new Float64Array(slots).fill(1);

  /** The mean step from sample to sample, times the share that counts. */
  function grainOf(slot: number, value: number): number {
    const seen = (counts[slot] ?? 0) + 1;
    counts[slot] = seen;
    const moved = Math.abs(value - (latest[slot] ?? value));
    latest[slot] = value;
    if (Number.isNaN(moved)) return 0;
    const mean = (grains[slot] ?? 0) + (moved - (grains[slot] ?? 0)) / Math.min(seen - 1, halfLife);
    grains[slot] = mean;
    return d.grain * mean;
  }

  /** How far out of the last hour, from 0 to 1. */
  function reach(slot: number, value: number, grain: number): number {
    const middle = wide.median(slot);
    const distance = Math.abs(value - middle);
    const far = d.farSpreads * (wide.spread(slot, middle) / 0.6745 + grain);
    const isEnough = wide.count(slot) > ENOUGH;
    wide.push(slot, value);
    return isEnough && distance > 0 ? Math.min(1, distance / far) : 0;
  }

  /** How odd a value is as a multiple of what fires. */
  function oddness(slot: number, value: number): number {
    const grain = grainOf(slot, value);
    const usual = days.usual(slot);
    const jump = sudden.step(slot, value, grain);
    const isKnown = !Number.isNaN(usual);
    const strange = isKnown ? unseasonal.step(slot, value - usual, grain) : jump;
    days.add(slot, value);
    const odd = Math.min(jump, strange) * reach(slot, value, grain);
    const multiple = odd / thresholds.value(slot);
    thresholds.add(slot, odd);
    const drift = isKnown ? drifts.beyond(slot, value - usual, grain + ROUNDING * Math.abs(value)) : 0;
    return Math.max(multiple, drift, records.beyond(slot, value, grain));
  }

  function take(slot: number, value: number): void {
    if (Number.isNaN(value)) {
      scores[slot] = Number.NaN;
      return;
    }
    const odd = oddness(slot, value);
    const bar = Math.max(1, d.bar * (bars[slot] ?? 1));
    const faded = d.hold * (held[slot] ?? 0);
    held[slot] = odd >= bar ? odd : Math.min(d.heldBelow, Math.max(odd, faded));
    scores[slot] = held[slot] ?? 0;
    bars[slot] = Math.max(bar, odd);
    firing[slot] = odd >= 1 || (firing[slot] === 1 && odd >= d.stay) ? 1 : 0;
    oddest[slot] = odd;
  }

  return {
    get scores() {
      return scores;
    },
    get firing() {
      return firing;
    },
    step(at, values) {
      days.advance(at);
      for (let slot = 0; slot < scores.length; slot++) take(slot, values[slot] ?? Number.NaN);
    },
    describe(slot) {
      const [value = Number.NaN, middle] = [latest[slot], sudden.middle(slot)];
      const direction = value < middle ? 'down' : 'up';
      return `${figure(value)}, ${direction} from ${figure(middle)}: ${(oddest[slot] ?? 0).toFixed(1)} times as odd as it has to be to fire`;
    },
    forget(slot) {
      for (const part of parts) part.forget(slot);
      for (const column of [scores, latest]) column[slot] = Number.NaN;
      bars[slot] = 1;
      for (const column of [grains, counts, firing, held, oddest]) column[slot] = 0;
    },
    grow(wanted) {
      const known = scores.length;
      for (const part of parts) part.grow(wanted);
      scores = widened(scores, wanted).fill(Number.NaN, known);
      latest = widened(latest, wanted).fill(Number.NaN, known);
      grains = widened(grains, wanted);
      counts = widened(counts, wanted);
      bars = widened(bars, wanted).fill(1, known);
      held = widened(held, wanted);
      oddest = widened(oddest, wanted);
      firing = widenedMarks(firing, wanted);
    },
  };
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
