import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { createDayMemory } from './day-memory.ts';
import { createDeviations } from './deviations.ts';
import { createSlidingWindows } from './sliding-windows.ts';
import { createTailThresholds } from './tail-thresholds.ts';
import { thresholdRule, thresholdRules } from './threshold-rule.ts';
import { widened } from './widened.ts';

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
  /** The threshold is the oddness that a share of the series' own past stays below, but never under a floor; a prior while it is young. */
  thresholds: thresholdRules,
  halfLifeMs: 14 * DAY_MS,
  halfLifeSamples: 2_000,
  /** A value that is so much of the whole range outside of all that was seen before fires in any case. */
  record: 0.05,
  /** Once it fires it goes on until the score is below this. */
  stay: 0.5,
  /** A score is at least this share of the one before, as long as this alone does not come near 1: what was odd stays so for a while. */
  hold: 0.95,
  heldBelow: 0.99,
} as const;

/** Samples that the wide window needs before anything is said. */
const ENOUGH = 20;

/**
 * Follows spikes and dips: a sample is odd when it is far from the ten before it, and this is not what it did at the same time of the
 * last three days, and it is far out of the last hour; or when
 * it lies outside of all that was seen before. The score is a multiple of what fires.
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
  const thresholds = createTailThresholds(slots, { ...rule, halfLife });
  const parts = [sudden, unseasonal, wide, days, thresholds];
  let scores = new Float64Array(slots).fill(Number.NaN);
  let firing = new Uint8Array(slots);
  let latest = new Float64Array(slots).fill(Number.NaN);
  let grains = new Float64Array(slots);
  let counts = new Float64Array(slots);
  let lowest = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
  let highest = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY);

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

  function oddness(slot: number, value: number): number {
    const grain = grainOf(slot, value);
    const usual = days.usual(slot);
    const jump = sudden.step(slot, value, grain);
    const strange = Number.isNaN(usual) ? jump : unseasonal.step(slot, value - usual, grain);
    days.add(slot, value);
    return Math.min(jump, strange) * reach(slot, value, grain);
  }

  /** How far outside of all that was seen before, as a multiple of what fires; 0 while the series is young. */
  function novelty(slot: number, value: number): number {
    const [low, high] = [lowest[slot] ?? value, highest[slot] ?? value];
    lowest[slot] = Math.min(low, value);
    highest[slot] = Math.max(high, value);
    const outside = Math.max(0, value - high, low - value);
    return (counts[slot] ?? 0) > rule.atLeast && outside > 0 ? outside / (d.record * (high - low) + (grains[slot] ?? 0)) : 0;
  }

  function take(slot: number, value: number): void {
    if (Number.isNaN(value)) {
      scores[slot] = Number.NaN;
      return;
    }
    const odd = oddness(slot, value);
    const score = Math.max(odd / thresholds.value(slot), novelty(slot, value));
    const isFiring = score >= 1 || (firing[slot] === 1 && score >= d.stay);
    thresholds.add(slot, odd);
    const before = scores[slot] ?? 0;
    scores[slot] = Math.max(score, Math.min(d.heldBelow, d.hold * before) || 0);
    firing[slot] = isFiring ? 1 : 0;
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
      return `${figure(value)}, ${direction} from ${figure(middle)}: ${(scores[slot] ?? 0).toFixed(1)} times as odd as it has to be to fire`;
    },
    forget(slot) {
      for (const part of parts) part.forget(slot);
      for (const column of [scores, latest]) column[slot] = Number.NaN;
      lowest[slot] = Number.POSITIVE_INFINITY;
      highest[slot] = Number.NEGATIVE_INFINITY;
      for (const column of [grains, counts, firing]) column[slot] = 0;
    },
    grow(wanted) {
      const held = scores.length;
      for (const part of parts) part.grow(wanted);
      scores = widened(scores, wanted).fill(Number.NaN, held);
      latest = widened(latest, wanted).fill(Number.NaN, held);
      grains = widened(grains, wanted);
      counts = widened(counts, wanted);
      lowest = widened(lowest, wanted).fill(Number.POSITIVE_INFINITY, held);
      highest = widened(highest, wanted).fill(Number.NEGATIVE_INFINITY, held);
      const old = firing;
      firing = new Uint8Array(wanted);
      firing.set(old);
    },
  };
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
