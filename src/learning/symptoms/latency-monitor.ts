import type { MonitorShape, SeriesMonitor } from '../../core/plugins.ts';
import { createRunningQuantiles } from '../anomaly/running-quantiles.ts';
import { createTailThresholds } from '../anomaly/tail-thresholds.ts';
import { medianOf } from '../median-of.ts';
import { type Judge, perSlotMonitor } from './per-slot-monitor.ts';
import { recentSamples, requestsIn } from './recent-samples.ts';

const MINUTE_MS = 60_000;

/** All constants of the monitor for latency. */
export const latencyDefaults = {
  /** The median of so long is judged. */
  windowMs: 4 * MINUTE_MS,
  /** So long, and so many samples, nothing is said. */
  learningMs: 60 * MINUTE_MS,
  learningSamples: 12,
  /** How long what is usual is remembered. */
  memoryMs: 3 * 24 * 60 * MINUTE_MS,
  /**
   * It fires above a multiple of the usual median: what a share of the series' own past stays below, but never under a floor; a prior while
   * it is young. And above that by a margin, which is the larger the fewer requests there were: this figure over the root of their number.
   */
  threshold: { share: 0.99, floor: 1.5, prior: 3, atLeast: 300 },
  marginRoot: 3,
  /** Less than this is not worth a word, in milliseconds. */
  atLeastMs: 10,
  /** Fewer requests in a window say nothing about their slowest. */
  requests: 40,
  /** How many there are taken to be where nobody counts them. */
  assumed: 100,
} as const;

/**
 * Follows the 95th percentile of how long requests take, upwards only. Dims: milliseconds by spans, milliseconds by the pod's own histogram
 * (one of them is enough), requests per second where known. Compares with what was usual for the series itself.
 */
export function createLatencyMonitor(shape: MonitorShape): SeriesMonitor {
  return perSlotMonitor(shape, () => latencyJudge(shape.stepMs));
}

function latencyJudge(stepMs: number): Judge {
  const d = latencyDefaults;
  const memory = d.memoryMs / stepMs;
  const recent = recentSamples({ windowMs: d.windowMs, stepMs });
  const middle = createRunningQuantiles(1, { share: 0.5, memory, pace: 3 });
  const ratios = createTailThresholds(1, { ...d.threshold, halfLife: memory });
  let since = Number.NaN;
  let said = { value: Number.NaN, usual: Number.NaN, limit: Number.NaN };

  function judge(value: number, requests: number): number {
    const usual = middle.value(0);
    const margin = 1 + d.marginRoot / Math.sqrt(requests);
    const limit = Math.max(margin * ratios.value(0) * usual, usual + d.atLeastMs);
    said = { value, usual, limit };
    return Math.max(0, (value - usual) / (limit - usual));
  }
  function learn(at: number, value: number): void {
    const taught = since + d.learningMs < at ? Math.min(value, said.limit) : value;
    if (middle.count(0) >= d.learningSamples) ratios.add(0, taught / middle.value(0));
    middle.add(0, Math.log2(Math.max(value, Number.MIN_VALUE)));
  }
  return {
    take(at, [bySpans = Number.NaN, byHistogram = Number.NaN, perSecond = Number.NaN]) {
      const sample = Number.isNaN(bySpans) ? byHistogram : bySpans;
      if (Number.isNaN(sample) && Number.isNaN(perSecond)) return Number.NaN;
      if (Number.isNaN(since)) since = at;
      recent.push(at, sample, perSecond);
      const counted = requestsIn(recent.held());
      const requests = Number.isNaN(counted) ? d.assumed : counted;
      if (Number.isNaN(sample) || requests < d.requests) return Number.NaN;
      const held = recent.held().filter((one) => !Number.isNaN(one.value));
      const value = medianOf(Float64Array.from(held, (one) => one.value));
      const score = judge(value, requests);
      const isYoung = at - since < d.learningMs || middle.count(0) < d.learningSamples;
      learn(at, value);
      return isYoung ? Number.NaN : score;
    },
    describe: () => `${milliseconds(said.value)}, usually ${milliseconds(said.usual)}; it fires above ${milliseconds(said.limit)}`,
  };
}

function milliseconds(value: number): string {
  return `${Number(value.toPrecision(3))} ms`;
}
