import type { SeriesDetector } from '../../../core/plugins.ts';
import type { LabelledSeries } from './labelled-series.ts';

/** What a method said of each sample of a series. */
export interface Detection {
  readonly scores: Float64Array;
  readonly alarms: Uint8Array;
}

/** Feeds a series to a detector as `run` does, one sample at a time, and notes what it says after each. */
export function detect(detector: SeriesDetector, { stepMs, at, dims, values }: LabelledSeries): Detection {
  const monitor = detector.open({ slots: 1, stepMs, dims });
  const scores = new Float64Array(at.length);
  const alarms = new Uint8Array(at.length);
  for (const [i, instant] of at.entries()) {
    monitor.step(instant, values.subarray(i * dims, (i + 1) * dims));
    scores[i] = monitor.scores[0] ?? Number.NaN;
    alarms[i] = monitor.firing[0] ?? 0;
  }
  return { scores, alarms };
}
