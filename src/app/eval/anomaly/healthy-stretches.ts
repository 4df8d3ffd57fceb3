import { multiMetric } from '../../../detectors/series/multi-metric.ts';
import { spikeDip } from '../../../detectors/series/spike-dip.ts';
import { alarmBudget } from '../../../learning/anomaly/alarm-budget.ts';
import type { Figures } from '../../../learning/bootstrap.ts';
import { type Detection, detect } from './detection.ts';
import { countEvents } from './event-f1.ts';
import type { AnomalyData, LabelledSeries } from './labelled-series.ts';

/** What a detector said of one series while nothing was wrong. */
export interface HealthyStretch {
  readonly detector: string;
  /** How long it was, in days. */
  readonly days: number;
  readonly falseAlarms: number;
}

const DAY_MS = 86_400_000;

/**
 * The stretches in which nothing was wrong. Where the part to learn from is known to be healthy: that part of each series, heard from its
 * first sample on, and each of its metrics by itself as well. Elsewhere the scored parts of the series without any label.
 */
export function healthyStretches(
  data: AnomalyData,
  heard: readonly { readonly series: LabelledSeries; readonly ours: Detection }[],
): readonly HealthyStretch[] {
  return heard.flatMap(({ series, ours }) => {
    if (!data.isWarmUpHealthy) return series.labels.includes(1, series.scoredFrom) ? [] : [stretchOf(data, series, ours)];
    const before = partOf(series);
    if (before.at.length === 0) return [];
    const metrics = before.dims === 1 ? [] : Array.from({ length: before.dims }, (_, metric) => metricOf(before, metric));
    return [stretchOf(data, before, ours), ...metrics.map((metric) => stretchOf(data, metric, detect(spikeDip, metric)))];
  });
}

function stretchOf({ rules }: AnomalyData, { at, stepMs, scoredFrom, dims }: LabelledSeries, { alarms }: Detection): HealthyStretch {
  const labels = new Uint8Array(at.length);
  const { falseAlarms } = countEvents(alarms.subarray(0, at.length), { labels, scoredFrom, rules: rules(stepMs) });
  return { detector: (dims === 1 ? spikeDip : multiMetric).name, days: ((at.length - scoredFrom) * stepMs) / DAY_MS, falseAlarms };
}

/** What comes before the scored part. */
function partOf(series: LabelledSeries): LabelledSeries {
  const { at, values, dims, scoredFrom } = series;
  return { ...series, at: at.subarray(0, scoredFrom), values: values.subarray(0, scoredFrom * dims), scoredFrom: 0 };
}

function metricOf(series: LabelledSeries, metric: number): LabelledSeries {
  const { at, values, dims } = series;
  return { ...series, dims: 1, values: Float64Array.from(at, (_, i) => values[i * dims + metric] ?? Number.NaN) };
}

/** False alarms by day of a series. */
export function healthyFigures(stretches: readonly HealthyStretch[]): Figures {
  const sum = (figure: 'days' | 'falseAlarms') => stretches.reduce((total, one) => total + one[figure], 0);
  return { falseAlarmsPerDay: sum('falseAlarms') / sum('days') };
}

/** In words, whether a detector keeps to its budget of false alarms. */
export function budgetKept(detector: string, stretches: readonly HealthyStretch[]): string {
  const { falseAlarmsPerDay = Number.NaN } = healthyFigures(stretches);
  const budget = alarmBudget.falseAlarmsPerDay;
  const days = Math.round(stretches.reduce((sum, one) => sum + one.days, 0));
  const isMet = falseAlarmsPerDay <= budget;
  const found = `${falseAlarmsPerDay.toFixed(2)} false alarms per day of a series in ${days} days`;
  return `${detector} on ${stretches.length} healthy series: ${found}, budget ${budget}: ${isMet ? 'met' : 'not met'}`;
}
