import type { SeriesSubject } from '../../../core/model/samples.ts';
import { type CounterPoint, rateOf, type SeriesState, seriesMemory } from '../receiver/series-memory.ts';
import { countedSince, type HistogramState, histogramQuantile, isReadable } from './histogram-change.ts';
import type { HistogramPoint, Metric, NumberPoint } from './messages.ts';
import type { SiftReason } from './sieve.ts';

const DELTA = 1;
const CUMULATIVE = 2;
const NAME_CHARS = 200;

/** One series of a metric at one instant, with when its counting began, where that is told; `isMissing` says that nothing was measured. */
export interface Spot {
  readonly key: string;
  readonly subject: SeriesSubject;
  readonly at: number;
  readonly startAt?: number;
  readonly isMissing: boolean;
}

/** What a point says: values by metric, none while there is nothing to compare with yet, or why it is left out. */
export type PointAnswer = readonly { readonly metric: string; readonly value: number }[] | SiftReason;

/** Reads single points, and remembers the last of each cumulative series. */
export interface PointReader {
  gauge(metric: Metric, point: NumberPoint, spot: Spot, now: number): PointAnswer;
  sum(metric: Metric, point: NumberPoint, spot: Spot, now: number): PointAnswer;
  histogram(metric: Metric, point: HistogramPoint, spot: Spot, now: number): PointAnswer;
}

/** A reader that follows at most so many numbers and so many histograms. */
export function pointReader(maxSeries: number): PointReader {
  const counters = seriesMemory<CounterPoint>(maxSeries);
  const histograms = seriesMemory<HistogramState>(maxSeries);

  function gauge(metric: Metric, point: NumberPoint, spot: Spot, now: number): PointAnswer {
    if (!counters.of(spot.key, now)) return 'too many series';
    return [{ metric: nameOf(metric, metric.unit), value: numberOf(point, spot) }];
  }
  function rate(metric: Metric, point: NumberPoint, spot: Spot, now: number): PointAnswer {
    const state = counters.of(spot.key, now);
    if (!state) return 'too many series';
    const value = numberOf(point, spot);
    const change =
      metric.sum?.aggregationTemporality === DELTA ? deltaRate(value, spot) : rateOf(state, { at: spot.at, startAt: spot.startAt, value });
    return change === undefined ? [] : [{ metric: nameOf(metric, `${metric.unit || '1'}/s`), value: change }];
  }
  return {
    gauge,
    sum(metric, point, spot, now) {
      const { isMonotonic = false, aggregationTemporality } = metric.sum ?? {};
      if (aggregationTemporality !== DELTA && aggregationTemporality !== CUMULATIVE) return 'no aggregation temporality';
      if (isMonotonic) return rate(metric, point, spot, now);
      return aggregationTemporality === DELTA ? 'delta of an up-down counter' : gauge(metric, point, spot, now);
    },
    histogram(metric, point, spot, now) {
      const temporality = metric.histogram?.aggregationTemporality;
      if (temporality !== DELTA && temporality !== CUMULATIVE) return 'no aggregation temporality';
      const counts = point.bucketCounts.map((count) => count.toNumber());
      const counted = { at: spot.at, startAt: spot.startAt, bounds: point.explicitBounds, counts };
      if (!spot.isMissing && !isReadable(counted)) return 'unreadable buckets';
      const state = histograms.of(spot.key, now);
      if (!state) return 'too many series';
      const change = temporality === DELTA ? deltaOf(counted, spot) : changeOf(state, counted, spot);
      return change === undefined ? [] : figuresOf(metric, counted.bounds, change);
    },
  };
}

interface Change {
  readonly counts: readonly number[];
  readonly ms: number;
}

function figuresOf(metric: Metric, bounds: readonly number[], { counts, ms }: Change): PointAnswer {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [
    { metric: nameOf(metric, metric.unit, '.p95'), value: histogramQuantile(0.95, bounds, counts) },
    { metric: nameOf(metric, '1/s', '.count'), value: (total / ms) * 1_000 },
  ];
}

function numberOf(point: NumberPoint, { isMissing }: Spot): number {
  if (isMissing || point.value === undefined) return Number.NaN;
  return point.value === 'asInt' ? point.asInt.toNumber() : point.asDouble;
}

function deltaRate(value: number, { at, startAt }: Spot): number | undefined {
  return startAt === undefined || at <= startAt ? undefined : (value / (at - startAt)) * 1_000;
}

function deltaOf({ counts, at, startAt }: HistogramState, { isMissing }: Spot): Change | undefined {
  return isMissing || startAt === undefined || at <= startAt ? undefined : { counts, ms: at - startAt };
}

function changeOf(state: SeriesState<HistogramState>, counted: HistogramState, { isMissing }: Spot): Change | undefined {
  const { last } = state;
  if (last && counted.at <= last.at) return undefined;
  if (isMissing) delete state.last;
  else state.last = counted;
  return last && !isMissing ? { counts: countedSince(last, counted), ms: counted.at - last.at } : undefined;
}

/** `http.server.request.duration.p95[s]`: the name as it was sent, what was made of it, and the unit in UCUM, left out where there is none. */
function nameOf({ name }: Metric, unit: string, suffix = ''): string {
  const shown = unit === '' || unit === '1' ? '' : `[${unit.slice(0, NAME_CHARS)}]`;
  return `${name.slice(0, NAME_CHARS)}${suffix}${shown}`;
}
