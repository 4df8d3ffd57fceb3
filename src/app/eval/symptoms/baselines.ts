import type { Scene } from './scene.ts';
import { isTroubled, type Tally, tallyOf } from './tally.ts';

/** Says of each sample of a scene whether it would raise an alarm. */
export type Method = (scene: Scene) => Uint8Array;

const HOUR_MS = 3_600_000;
const SIGMAS = 3;
/** What a series must have shown before it is compared with itself. */
const ENOUGH = 12;

/** The first metric of a scene: what its detector is about. */
export function firstOf({ values, dims }: Pick<Scene, 'values' | 'dims'>): Float64Array {
  return values.filter((_, cell) => cell % dims === 0);
}

/** More than three standard deviations above the mean of all that was before. */
export function threeSigma(scene: Scene): Uint8Array {
  let [count, mean, squares] = [0, 0, 0];
  return Uint8Array.from(firstOf(scene), (value) => {
    if (Number.isNaN(value)) return 0;
    const isOver = count >= ENOUGH && value > mean + SIGMAS * Math.sqrt(squares / count);
    count += 1;
    const distance = value - mean;
    mean += distance / count;
    squares += distance * (value - mean);
    return isOver ? 1 : 0;
  });
}

/** Above one figure for all. */
export function above(limit: number): Method {
  return (scene) => Uint8Array.from(firstOf(scene), (value) => (value > limit ? 1 : 0));
}

/** More than so many times the mean of the hour before. */
export function timesTheHour(times: number): Method {
  return (scene) => {
    const values = firstOf(scene);
    const width = Math.max(1, Math.round(HOUR_MS / scene.stepMs));
    return Uint8Array.from(values, (value, i) => {
      const past = values.subarray(Math.max(0, i - width), i).filter((one) => !Number.isNaN(one));
      return past.length >= ENOUGH && value > (times * past.reduce((sum, one) => sum + one, 0)) / past.length ? 1 : 0;
    });
  };
}

/** What lies above the straight line of least squares through the last hour, drawn on for so long. */
export function predictLinear(aheadMs: number, limit: number): Method {
  return (scene) => {
    const values = firstOf(scene);
    const width = Math.max(2, Math.round(HOUR_MS / scene.stepMs));
    return Uint8Array.from(values, (_, i) =>
      i + 1 >= width && drawnOn(values.subarray(i + 1 - width, i + 1), aheadMs / scene.stepMs) >= limit ? 1 : 0,
    );
  };
}

function drawnOn(values: Float64Array, steps: number): number {
  let [count, xs, ys, xx, xy] = [0, 0, 0, 0, 0];
  for (const [i, y] of values.entries()) {
    if (Number.isNaN(y)) continue;
    const x = i - values.length + 1;
    [count, xs, ys, xx, xy] = [count + 1, xs + x, ys + y, xx + x * x, xy + x * y];
  }
  const slope = (count * xy - xs * ys) / (count * xx - xs * xs);
  return (ys - slope * xs) / count + slope * steps;
}

const SHARES = [0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1];

/**
 * For each series the value below which a share of the first half of its healthy samples lies, the share being the lowest with no more
 * false alarms a day than allowed over all of them: the best fixed thresholds that somebody could have chosen by that half.
 */
export function staticWithin(allowed: number, scenes: readonly Scene[]): readonly Tally[] {
  let tallies: readonly Tally[] = [];
  for (const share of SHARES) {
    tallies = scenes.map((scene) => tallyOf(above(quantileOf(scene, share))(scene), scene));
    const days = tallies.reduce((sum, one) => sum + one.days, 0);
    if (tallies.reduce((sum, one) => sum + one.falseAlarms, 0) / days <= allowed) break;
  }
  return tallies;
}

function quantileOf(scene: Scene, share: number): number {
  const healthy = firstOf(scene).filter((value, i) => !Number.isNaN(value) && !isTroubled(scene, i));
  const sorted = healthy.subarray(0, Math.ceil(healthy.length / 2)).toSorted();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.POSITIVE_INFINITY;
}
