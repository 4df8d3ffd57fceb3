import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { alarmBudget, alarmsPerSample } from './alarm-budget.ts';
import { createDayMemory } from './day-memory.ts';
import { createEpisodeThresholds } from './episode-thresholds.ts';
import { createLargestFew } from './largest-few.ts';
import { createSlidingWindows } from './sliding-windows.ts';
import { createUsualLevels } from './usual-levels.ts';
import { createUsualSizes } from './usual-sizes.ts';
import { widened, widenedMarks } from './widened.ts';

const DAY_MS = 86_400_000;

/** All constants of the monitor for several metrics at once. Times are milliseconds, windows are samples. */
export const multiDefaults = {
  /** A metric is compared with the median of so many samples before. */
  window: 10,
  /** How long the usual size of a deviation is remembered, and at least so many samples. */
  sizeMs: 14 * DAY_MS,
  sizeSamples: 2_000,
  /** How much the comparison with the days before, and the one with the usual level, count beside the one with the samples before. */
  daily: 1,
  level: 0.5,
  /** For the score no single comparison counts for more than so many times its usual deviation, */
  clip: 10,
  /** only so many metrics count, the oddest ones, */
  metrics: 5,
  /** a sample is at least this share as odd as the one before: what began odd stays odd for a while, */
  hold: 0.93,
  /** and the mean of so many samples counts as much as the sample itself: what is odd again and again is odder. */
  lasting: 160,
  /** For an alarm a comparison counts for no more than so many times its usual deviation, */
  most: 1_000,
  /** and a change for no more than so many times what is left of it when the same time of the last days is taken away. */
  seasonal: 2,
  /** It fires when all metrics together are so many usual deviations from what they just were as the object's own past reached as often as the budget allows. */
  budget: alarmBudget,
  /** No threshold is lower; an object with fewer samples than `atLeast` has the prior. */
  threshold: { floor: 5, prior: 12, atLeast: 300 },
  /** After a sudden change only a larger one is another; the bar falls to this share of itself with each sample. */
  bar: 0.95,
} as const;

/** Windows need so many samples before they are compared with. */
const ENOUGH = 3;

/**
 * Follows several metrics of one subject: how far they are from what they just were, from what they were at the same time of the last
 * three days, and from their usual level, each in units of its own usual deviation. The score is between 0 and 1 and lasts a while, an
 * alarm stands for a sudden change only.
 */
export function createMultiMonitor({ slots, stepMs, dims }: MonitorShape): SeriesMonitor {
  const d = multiDefaults;
  const memory = Math.max(d.sizeSamples, d.sizeMs / stepMs);
  const windows = createSlidingWindows(slots * dims, d.window);
  const days = createDayMemory(slots * dims, stepMs);
  const sudden = createUsualSizes(slots * dims, { memory, most: d.most });
  const unseasonal = createUsualSizes(slots * dims, { memory, most: d.most });
  const levels = createUsualLevels(slots * dims, memory);
  const cells = [windows, days, sudden, unseasonal, levels];
  const thresholds = createEpisodeThresholds(slots, { ...d.threshold, halfLife: memory, alarmsPerSample: alarmsPerSample(stepMs) });
  const few = createLargestFew(d.metrics);
  let held = new Float64Array(slots);
  let lasting = new Float64Array(slots);
  let distances = new Float64Array(slots);
  let limits = new Float64Array(slots);
  let bars = new Float64Array(slots);
  let scores = new Float64Array(slots).fill(Number.NaN);
  let firing = new Uint8Array(slots);
  let oddest = new Uint16Array(slots);

  /** Of one metric: how many times its usual deviation it is off what it just was, and it is not so every day. All comparisons go into the few oddest. */
  function offBy(cell: number, value: number): number {
    const middle = windows.median(cell);
    const isEnough = windows.count(cell) >= ENOUGH;
    const usual = days.usual(cell);
    windows.push(cell, value);
    days.add(cell, value);
    const now = isEnough ? sudden.ratio(cell, value - middle, value) : 0;
    const today = Number.isNaN(usual) ? 0 : unseasonal.ratio(cell, value - usual, value);
    const level = levels.ratio(cell, value);
    few.add(Math.min(now, d.clip) + d.daily * Math.min(today, d.clip) + d.level * Math.min(level, d.clip));
    return today > 0 ? Math.min(now, d.seasonal * today) : now;
  }

  /** How far all metrics of a subject together are off what they just were; NaN when none is there. */
  function distanceOf(slot: number, values: Float64Array): number {
    let squares = 0;
    let count = 0;
    let most = -1;
    for (let metric = 0; metric < dims; metric++) {
      const value = values[slot * dims + metric] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const now = offBy(slot * dims + metric, value);
      count++;
      squares += now ** 2;
      if (now > most) oddest[slot] = metric;
      most = Math.max(most, now);
    }
    return Math.sqrt(squares / count);
  }

  function scoreOf(slot: number): number {
    const odd = few.take() / (d.clip * (1 + d.daily + d.level));
    const now = Math.max(odd, d.hold * (held[slot] ?? 0));
    const before = lasting[slot] ?? 0;
    held[slot] = now;
    lasting[slot] = before + (now - before) / d.lasting;
    return (now + (lasting[slot] ?? 0)) / 2;
  }

  function take(slot: number, values: Float64Array): void {
    const distance = distanceOf(slot, values);
    if (Number.isNaN(distance)) {
      scores[slot] = Number.NaN;
      return;
    }
    scores[slot] = scoreOf(slot);
    distances[slot] = distance;
    limits[slot] = thresholds.value(slot);
    thresholds.add(slot, distance);
    const bar = d.bar * (bars[slot] ?? 0);
    bars[slot] = Math.max(bar, distance);
    firing[slot] = distance >= Math.max(bar, limits[slot] ?? 0) ? 1 : 0;
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
      for (let slot = 0; slot < scores.length; slot++) take(slot, values);
    },
    describe(slot) {
      const [times = 0, limit = 0] = [distances[slot], limits[slot]];
      return `its metrics together changed ${times.toFixed(1)} times as much as usual (fires at ${limit.toFixed(1)}); most of all metric ${(oddest[slot] ?? 0) + 1} of ${dims}`;
    },
    forget(slot) {
      for (let metric = 0; metric < dims; metric++) for (const part of cells) part.forget(slot * dims + metric);
      thresholds.forget(slot);
      scores[slot] = Number.NaN;
      for (const column of [held, lasting, distances, limits, bars, firing, oddest]) column[slot] = 0;
    },
    grow(wanted) {
      for (const part of cells) part.grow(wanted * dims);
      thresholds.grow(wanted);
      const known = scores.length;
      scores = widened(scores, wanted).fill(Number.NaN, known);
      held = widened(held, wanted);
      lasting = widened(lasting, wanted);
      distances = widened(distances, wanted);
      limits = widened(limits, wanted);
      bars = widened(bars, wanted);
      firing = widenedMarks(firing, wanted);
      const old = oddest;
      oddest = new Uint16Array(wanted);
      oddest.set(old);
    },
  };
}
