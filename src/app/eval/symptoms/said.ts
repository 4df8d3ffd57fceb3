import type { SeriesDetector } from '../../../core/plugins.ts';
import type { Scene } from './scene.ts';

/** Feeds a scene to a detector as `run` does, one sample at a time, and notes after which it fires. */
export function said(detector: SeriesDetector, { stepMs, at, dims, values }: Scene): Uint8Array {
  const monitor = detector.open({ slots: 1, stepMs, dims });
  return Uint8Array.from(at, (instant, i) => {
    monitor.step(instant, values.subarray(i * dims, (i + 1) * dims));
    return monitor.firing[0] ?? 0;
  });
}
