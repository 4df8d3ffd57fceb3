import { CoreError } from '../../../core/errors.ts';
import type { RangeSeries, SeriesBlock } from '../../../core/ports.ts';
import type { AnsweredSeries } from './answer.ts';
import type { PrometheusClient } from './client.ts';

/** Prometheus refuses more than 11,000 points of one series in one answer. */
const POINTS_PER_REQUEST = 10_000;
/** 512 MiB of numbers. */
const MOST_VALUES = 2 ** 26;

/** What a range is read with. */
export interface RangeParts {
  readonly client: PrometheusClient;
  readonly lookbackMs: number;
}

/** A question over time, in epoch milliseconds. */
export interface RangeQuestion {
  readonly query: string;
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/**
 * Reads a query at all multiples of the step from `from` to `to`, in as many requests as the server's limit asks for. A point without a
 * sample is NaN. Throws as MetricSource does, and `source-refused` for more than 2^26 values.
 */
export async function readRange(question: RangeQuestion, { client, lookbackMs }: RangeParts): Promise<SeriesBlock> {
  const { query, from, points, stepMs } = aligned(question);
  const columns = new Map<string, RangeSeries>();
  const warnings = new Set<string>();
  for (let done = 0; done < points; done += POINTS_PER_REQUEST) {
    const last = Math.min(points, done + POINTS_PER_REQUEST) - 1;
    const answer = await client.range({ query, from: from + done * stepMs, to: from + last * stepMs, stepMs, lookbackMs });
    for (const doubt of answer.doubts) warnings.add(doubt);
    for (const series of answer.series) fill(columnOf(columns, series, points), series, { from, stepMs });
  }
  return { from, stepMs, series: [...columns.values()], warnings: [...warnings] };
}

/** Steps on multiples of themselves, so that the same question a moment later asks about the same instants. */
function aligned({ query, from, to, stepMs }: RangeQuestion) {
  if (!(stepMs >= 1) || !Number.isFinite(from) || !Number.isFinite(to))
    throw new CoreError('source-refused', `a range from ${from} to ${to} by ${stepMs} ms cannot be read: the step must be 1 ms or more`);
  const first = Math.ceil(from / stepMs) * stepMs;
  return { query, stepMs, from: first, points: Math.max(0, Math.floor((to - first) / stepMs) + 1) };
}

function columnOf(columns: Map<string, RangeSeries>, { labels }: AnsweredSeries, points: number): RangeSeries {
  const texts = Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const key = JSON.stringify(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const known = columns.get(key);
  if (known) return known;
  if ((columns.size + 1) * points > MOST_VALUES)
    throw new CoreError(
      'source-refused',
      `the range has more than ${MOST_VALUES} values: aggregate the query, or ask for less time or a longer step`,
    );
  const made = { labels: Object.fromEntries(texts), values: new Float64Array(points).fill(Number.NaN) };
  columns.set(key, made);
  return made;
}

function fill({ values }: RangeSeries, series: AnsweredSeries, { from, stepMs }: { readonly from: number; readonly stepMs: number }): void {
  for (const [index, at] of series.at.entries()) values[Math.round((at - from) / stepMs)] = series.values[index] ?? Number.NaN;
}
