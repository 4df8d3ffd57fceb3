import { type SampleBlock, seriesKey } from '../../../core/model/samples.ts';
import { doubtAbout, instantOf } from '../receiver/instants.ts';
import { type SampleBlocks, sampleBlocks } from '../receiver/sample-blocks.ts';
import { textOf } from './attributes.ts';
import type { KeyValue, Metric, Point, ResourceMetrics } from './messages.ts';
import { type Origin, originOf } from './origin.ts';
import { type PointAnswer, type PointReader, pointReader, type Spot } from './point-samples.ts';
import type { Reading } from './read-logs.ts';
import type { SiftReason } from './sieve.ts';

const NO_RECORDED_VALUE = 1;
const PART_CHARS = 300;

/** Reads metrics, and remembers what cumulative ones need. */
export interface MetricReader {
  /** The samples of an export, one block per metric and second. */
  read(metrics: readonly ResourceMetrics[], reading: Reading): readonly SampleBlock[];
}

/** One export in the course of being read. */
interface Sheet extends Reading {
  readonly blocks: SampleBlocks;
  readonly origin: Origin;
}

type ReadPoint<OnePoint> = (metric: Metric, point: OnePoint, spot: Spot, now: number) => PointAnswer;

/** A reader that follows at most so many series of numbers, and so many of histograms; those beyond are left out. */
export function metricReader(maxSeries: number): MetricReader {
  const reader = pointReader(maxSeries);
  return {
    read(metrics, reading) {
      const blocks = sampleBlocks();
      for (const { resource, scopeMetrics } of metrics) {
        const sheet = { ...reading, blocks, origin: originOf(resource, reading.cluster) };
        for (const metric of scopeMetrics.flatMap((scope) => scope.metrics)) readMetric(metric, reader, sheet);
      }
      return blocks.blocks(reading.source);
    },
  };
}

function readMetric(metric: Metric, reader: PointReader, sheet: Sheet): void {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  if (metric.name === '') sheet.sieve.drop('unnamed metric');
  else if (gauge) readPoints(metric, gauge.dataPoints, reader.gauge, sheet);
  else if (sum) readPoints(metric, sum.dataPoints, reader.sum, sheet);
  else if (histogram) readPoints(metric, histogram.dataPoints, reader.histogram, sheet);
  else if (exponentialHistogram) sheet.sieve.drop('exponential histogram', exponentialHistogram.dataPoints.length);
  else if (summary) sheet.sieve.drop('summary', summary.dataPoints.length);
}

function readPoints<OnePoint extends Point>(metric: Metric, points: readonly OnePoint[], read: ReadPoint<OnePoint>, sheet: Sheet): void {
  const { blocks, sieve, now } = sheet;
  for (const point of points) {
    const spot = spotOf(point, metric, sheet);
    const answer = typeof spot === 'string' ? spot : read(metric, point, spot, now);
    if (typeof answer === 'string') sieve.drop(answer);
    else if (typeof spot !== 'string')
      for (const { metric: name, value } of answer) {
        const why = blocks.add(name, spot.at, { ...spot, value });
        if (why) sieve.drop(why);
      }
  }
}

/** The point's series and instant, or why it has none that can be trusted. */
function spotOf(point: Point, { name }: Metric, { origin, now }: Sheet): Spot | SiftReason {
  const ref = origin.pod ?? origin.node ?? origin.workload;
  if (!ref) return 'no subject named';
  const at = instantOf(point.timeUnixNano);
  const doubt = doubtAbout(at, now);
  if (at === undefined || doubt) return doubt ?? 'no time';
  const part = partOf(origin.pod ? origin.container : undefined, point.attributes);
  const subject = { ref, ...(part !== undefined && { part }) };
  const startAt = instantOf(point.startTimeUnixNano);
  const isMissing = (point.flags & NO_RECORDED_VALUE) !== 0;
  return { key: `${name}\n${seriesKey(subject)}`, subject, at, ...(startAt !== undefined && { startAt }), isMissing };
}

/** The container and the attributes in their order: what tells the series of one object from each other. */
function partOf(container: string | undefined, attributes: readonly KeyValue[]): string | undefined {
  const told = attributes.map(({ key, value }) => `${key}=${textOf(value)}`).toSorted();
  const part = [...(container === undefined ? [] : [container]), ...told].join(',');
  return part === '' ? undefined : part.slice(0, PART_CHARS);
}
