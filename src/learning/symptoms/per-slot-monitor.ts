import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { widened, widenedMarks } from '../anomaly/widened.ts';

/** Follows one series, or the metrics of one subject, and says how near it is to firing. */
export interface Judge {
  /** Takes the values of one step; 1 or more fires, 0 is as usual, NaN cannot say. The array is lent for the call. */
  take(at: number, values: Float64Array): number;
  /** In words and figures, what was said last. */
  describe(): string;
}

/** Once it fires a slot goes on until its score is below this. */
export const STAY = 0.5;

/**
 * A monitor of one judge for each slot, with the hysteresis that all symptoms share. For metrics that few subjects have: a judge costs an
 * object, where the monitors for all metrics have columns. A slot whose judge cannot say keeps what it fired.
 */
export function perSlotMonitor({ slots, dims }: Pick<MonitorShape, 'slots' | 'dims'>, open: (slot: number) => Judge): SeriesMonitor {
  const judges: (Judge | undefined)[] = [];
  const own = new Float64Array(dims);
  let scores = new Float64Array(slots).fill(Number.NaN);
  let firing = new Uint8Array(slots);

  function take(at: number, slot: number, values: Float64Array): void {
    own.set(values.subarray(slot * dims, (slot + 1) * dims));
    if (!judges[slot] && own.every(Number.isNaN)) return;
    const judge = judges[slot] ?? open(slot);
    judges[slot] = judge;
    const score = judge.take(at, own);
    scores[slot] = score;
    const least = firing[slot] === 1 ? STAY : 1;
    if (!Number.isNaN(score)) firing[slot] = score >= least ? 1 : 0;
  }
  return {
    get scores() {
      return scores;
    },
    get firing() {
      return firing;
    },
    step(at, values) {
      for (let slot = 0; slot < scores.length; slot++) take(at, slot, values);
    },
    describe: (slot) => judges[slot]?.describe() ?? 'nothing is known of it',
    forget(slot) {
      judges[slot] = undefined;
      scores[slot] = Number.NaN;
      firing[slot] = 0;
    },
    grow(wanted) {
      scores = widened(scores, wanted).fill(Number.NaN, scores.length);
      firing = widenedMarks(firing, wanted);
    },
  };
}
