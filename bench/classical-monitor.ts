import type { MonitorShape, SeriesMonitor } from '../src/core/plugins.ts';

const WINDOW = 64;
const SEASON = 24;
const ALPHA = 0.2;
const TREND = 0.05;
const SEASONAL = 0.1;

/** EWMA, additive Holt-Winters and the exact median absolute deviation of the last 64, in plain loops over typed arrays. */
export function classicalMonitor({ slots }: MonitorShape): SeriesMonitor {
  const level = new Float64Array(slots);
  const smooth = new Float64Array(slots);
  const trend = new Float64Array(slots);
  const season = new Float64Array(slots * SEASON);
  const ring = new Float64Array(slots * WINDOW);
  const sorted = new Float64Array(slots * WINDOW);
  const scores = new Float64Array(slots).fill(Number.NaN);
  const firing = new Uint8Array(slots);
  let steps = 0;

  function forecast(values: Float64Array, phase: number): void {
    for (let slot = 0; slot < slots; slot += 1) {
      const value = values[slot] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      smooth[slot] = (1 - ALPHA) * (smooth[slot] ?? 0) + ALPHA * value;
      const before = level[slot] ?? 0;
      const cell = slot * SEASON + phase;
      const usual = season[cell] ?? 0;
      const now = ALPHA * (value - usual) + (1 - ALPHA) * (before + (trend[slot] ?? 0));
      trend[slot] = TREND * (now - before) + (1 - TREND) * (trend[slot] ?? 0);
      season[cell] = SEASONAL * (value - now) + (1 - SEASONAL) * usual;
      level[slot] = now;
    }
  }
  return {
    scores,
    firing,
    step(_at, values) {
      forecast(values, steps % SEASON);
      const place = steps % WINDOW;
      for (let slot = 0; slot < slots; slot += 1) {
        const value = values[slot] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        const base = slot * WINDOW;
        replace(sorted, { base, old: ring[base + place] ?? 0, fresh: value });
        ring[base + place] = value;
        const score = Math.abs(value - (sorted[base + WINDOW / 2] ?? 0)) / (1.4826 * madOf(sorted, base) + 1e-9);
        scores[slot] = score;
        firing[slot] = score > 12 ? 1 : 0;
      }
      steps += 1;
    },
    describe: (slot) => `${scores[slot]} deviations`,
    forget: (slot) => void scores.fill(Number.NaN, slot, slot + 1),
    grow(wanted) {
      if (wanted > slots) throw new Error('open it with room enough');
    },
  };
}

/** Takes one value out of a sorted window and puts another in, moving only what lies between. */
function replace(
  sorted: Float64Array,
  { base, old, fresh }: { readonly base: number; readonly old: number; readonly fresh: number },
): void {
  let at = base;
  let low = base;
  let high = base + WINDOW - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < old) low = middle + 1;
    else high = middle;
  }
  at = low;
  while (at < base + WINDOW - 1 && (sorted[at + 1] ?? 0) < fresh) {
    sorted[at] = sorted[at + 1] ?? 0;
    at += 1;
  }
  while (at > base && (sorted[at - 1] ?? 0) > fresh) {
    sorted[at] = sorted[at - 1] ?? 0;
    at -= 1;
  }
  sorted[at] = fresh;
}

/** The median distance to the median: the two sides of a sorted window are merged from the middle outwards. */
function madOf(sorted: Float64Array, base: number): number {
  const middle = sorted[base + WINDOW / 2] ?? 0;
  let left = base + WINDOW / 2 - 1;
  let right = base + WINDOW / 2;
  let distance = 0;
  for (let taken = 0; taken <= WINDOW / 2; taken += 1) {
    const below = left >= base ? middle - (sorted[left] ?? 0) : Number.POSITIVE_INFINITY;
    const above = right < base + WINDOW ? (sorted[right] ?? 0) - middle : Number.POSITIVE_INFINITY;
    distance = Math.min(below, above);
    if (below <= above) left -= 1;
    else right += 1;
  }
  return distance;
}
