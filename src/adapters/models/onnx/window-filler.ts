import { anchorValue } from '../../../learning/graphs/window-anchor.ts';
import type { TrainingSet } from './messages.ts';

/** The two halves of a batch, filled anew for each step. */
export interface WindowFiller {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Fills the batch with the windows from place `from` of `starts` on; at the end it goes on from the beginning. */
  fill(starts: Int32Array, from: number): void;
}

/** Cuts windows and what came after them out of rows. */
export function createWindowFiller({ spec, values, gains, anchors, batch }: TrainingSet): WindowFiller {
  const { window, features, horizon } = spec;
  const x = new Float32Array(batch * window * features);
  const y = new Float32Array(batch * horizon * features);

  function fillTargets(place: number, start: number): void {
    for (const [feature, anchor] of anchors.entries()) {
      const now = anchorValue(values, { start, window, features, feature }, anchor);
      for (let step = 0; step < horizon; step++) {
        const later = values[(start + window + step) * features + feature] ?? Number.NaN;
        y[(place * horizon + step) * features + feature] = (later - now) * (gains[feature] ?? Number.NaN);
      }
    }
  }

  return {
    x,
    y,
    fill(starts, from) {
      for (let place = 0; place < batch; place++) {
        const start = starts[(from + place) % starts.length] ?? 0;
        x.set(values.subarray(start * features, (start + window) * features), place * window * features);
        fillTargets(place, start);
      }
    },
  };
}
