import { z } from 'zod';
import { CoreError } from '../../../core/errors.ts';

/** What Prometheus' HTTP API wraps every answer in (https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview). */
const Envelope = z.object({
  status: z.enum(['success', 'error']),
  data: z.unknown().optional(),
  errorType: z.string().optional(),
  error: z.string().optional(),
  /** The answer may be partial or wrong. */
  warnings: z.array(z.string()).default([]),
  /** The query may be written better. */
  infos: z.array(z.string()).default([]),
});
/** An answer of the API, whatever it says. */
export type Envelope = z.infer<typeof Envelope>;

const QueryData = z.object({ resultType: z.string(), result: z.array(z.unknown()) });

/** One series of an answer: its labels and its samples, oldest first, instants in epoch milliseconds. */
export interface AnsweredSeries {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly at: readonly number[];
  /** NaN and infinities as the server says them. */
  readonly values: readonly number[];
}

/** The envelope of a body; undefined when it is none of Prometheus'. */
export function envelopeOf(body: unknown): Envelope | undefined {
  return Envelope.safeParse(body).data;
}

/** The series of an answer to a query. What has no plain value (a native histogram) has no samples. Throws `source-refused` for an answer of another kind. */
export function seriesOf(data: unknown, wanted: 'vector' | 'matrix'): readonly AnsweredSeries[] {
  const parsed = QueryData.safeParse(data);
  if (!parsed.success) throw new CoreError('source-refused', 'the answer holds no result: is this the HTTP API of a Prometheus?');
  const { resultType, result } = parsed.data;
  if (resultType !== wanted)
    throw new CoreError('source-refused', `the query gives a ${resultType}, which belongs to no object: it must give an instant vector`);
  return result.flatMap((item) => (isRecord(item) ? [seriesFrom(item)] : []));
}

function seriesFrom(item: Readonly<Record<string, unknown>>): AnsweredSeries {
  const labels = isRecord(item.metric) ? item.metric : {};
  const pairs = Array.isArray(item.values) ? item.values : [item.value];
  const samples = pairs.filter((pair): pair is readonly [number, string] => isSample(pair));
  return { labels, at: samples.map(([seconds]) => Math.round(seconds * 1_000)), values: samples.map(([, text]) => numberOf(text)) };
}

function isSample(pair: unknown): boolean {
  return Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'string';
}

/** A sample's value as Prometheus writes it: a number, `NaN`, `+Inf` or `-Inf`. */
export function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
