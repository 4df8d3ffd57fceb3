import type { SampleBlock } from '../../core/model/samples.ts';
import type { SpanStats } from '../../core/model/span-stats.ts';

/** The figures of one window of spans, one block for each metric; none of a window about calls between two services, or of nobody we know. */
export function spanFigures({ subject, caller, at, windowMs, count, errors, durationMs, source }: SpanStats): readonly SampleBlock[] {
  if (subject === undefined || caller !== undefined) return [];
  const block = (metric: string, value: number): SampleBlock => ({
    ...{ signal: 'samples', source, metric, at, subjects: [{ ref: subject }] },
    values: Float64Array.of(value),
  });
  return [
    block('requestsPerSecond', (1000 * count) / windowMs),
    block('requestErrorShare', count === 0 ? Number.NaN : errors / count),
    block('requestDurationP95Ms', count === 0 ? Number.NaN : durationMs.p95),
  ];
}
