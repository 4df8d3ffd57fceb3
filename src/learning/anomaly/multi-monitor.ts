import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { createDayMemory } from './day-memory.ts';
import { createSlidingWindows } from './sliding-windows.ts';
import { createUsualSizes } from './usual-sizes.ts';
import { widened } from './widened.ts';

const DAY_MS = 86_400_000;

/** All constants of the monitor for several metrics at once. Times are milliseconds, windows are samples. */
export const multiDefaults = {
  /** A metric is compared with the median of so many samples before. */
  window: 10,
  /** How long the usual size of a deviation is remembered, and at least so many samples. */
  sizeMs: 14 * DAY_MS,
  sizeSamples: 2_000,
  /** How much the comparison with the days before counts beside the one with the samples before. */
  daily: 0.5,
  /** For the score no single metric counts for more than so many times its usual deviation, */
  clip: 10,
  /** and for an alarm no more than so many. */
  most: 1_000,
  /** The score of a sample is at least this share of the one before: what began odd stays odd for a while. */
  hold: 0.95,
  /** It fires when all metrics together are so many usual deviations from what they just were, */
  fires: 12,
  /** and goes on until they are below this share of it. */
  stay: 0.8,
} as const;

/** Windows need so many samples before they are compared with. */
const ENOUGH = 3;

/**
 * Follows several metrics of one subject: how far all of them together are from what they just were, and from what they were at the
 * same time of the last three days, each in units of its own usual deviation. The score is between 0 and 1 and lasts a while, an alarm
 * stands for a sudden change only.
 */
export function createMultiMonitor({ slots, stepMs, dims }: MonitorShape): SeriesMonitor {
  const d = multiDefaults;
  const memory = Math.max(d.sizeSamples, d.sizeMs / stepMs);
  const windows = createSlidingWindows(slots * dims, d.window);
  const days = createDayMemory(slots * dims, stepMs);
  const sudden = createUsualSizes(slots * dims, { memory, most: d.most });
  const unseasonal = createUsualSizes(slots * dims, { memory, most: d.most });
  const cells = [windows, days, sudden, unseasonal];
  let held = new Float64Array(slots);
  let distances = new Float64Array(slots);
  let scores = new Float64Array(slots).fill(Number.NaN);
  let firing = new Uint8Array(slots);
  let oddest = new Uint16Array(slots);

  /** Of one metric: how many times its usual deviation it is off, by both comparisons; NaN when it is missing. */
  function offBy(cell: number, value: number): readonly [now: number, today: number] {
    const middle = windows.median(cell);
    const isEnough = windows.count(cell) >= ENOUGH;
    const usual = days.usual(cell);
    windows.push(cell, value);
    days.add(cell, value);
    return [
      isEnough ? sudden.ratio(cell, value - middle, value) : 0,
      Number.isNaN(usual) ? 0 : unseasonal.ratio(cell, value - usual, value),
    ];
  }

  /** Adds up the squares of one subject's metrics; none of them may be there. */
  function sumsOf(slot: number, values: Float64Array): { count: number; now: number; today: number; far: number } {
    const sums = { count: 0, now: 0, today: 0, far: 0 };
    let most = -1;
    for (let metric = 0; metric < dims; metric++) {
      const value = values[slot * dims + metric] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const [now, today] = offBy(slot * dims + metric, value);
      sums.count++;
      sums.now += Math.min(now, d.clip) ** 2;
      sums.today += Math.min(today, d.clip) ** 2;
      sums.far += now ** 2;
      if (now > most) oddest[slot] = metric;
      most = Math.max(most, now);
    }
    return sums;
  }

  function take(slot: number, values: Float64Array): void {
    const { count, now, today, far } = sumsOf(slot, values);
    if (count === 0) {
      scores[slot] = Number.NaN;
      return;
    }
    const odd = (Math.sqrt(now / count) + d.daily * Math.sqrt(today / count)) / (d.clip * (1 + d.daily));
    scores[slot] = Math.max(odd, d.hold * (held[slot] ?? 0));
    held[slot] = scores[slot] ?? 0;
    distances[slot] = Math.sqrt(far / count);
    const enough = firing[slot] === 1 ? d.stay * d.fires : d.fires;
    firing[slot] = (distances[slot] ?? 0) >= enough ? 1 : 0;
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
      const times = (distances[slot] ?? 0).toFixed(1);
      return `its metrics together changed ${times} times as much as usual (fires at ${d.fires}); most of all metric ${(oddest[slot] ?? 0) + 1} of ${dims}`;
    },
    forget(slot) {
      for (let metric = 0; metric < dims; metric++) for (const part of cells) part.forget(slot * dims + metric);
      scores[slot] = Number.NaN;
      for (const column of [held, distances, firing, oddest]) column[slot] = 0;
    },
    grow(wanted) {
      for (const part of cells) part.grow(wanted * dims);
      const known = scores.length;
      scores = widened(scores, wanted).fill(Number.NaN, known);
      held = widened(held, wanted);
      distances = widened(distances, wanted);
      const [oldFiring, oldOddest] = [firing, oddest];
      firing = new Uint8Array(wanted);
      firing.set(oldFiring);
      oddest = new Uint16Array(wanted);
      oddest.set(oldOddest);
    },
  };
}
