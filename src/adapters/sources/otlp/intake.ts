import type { Clock } from '../../../core/ports.ts';
import type { ObservationQueue } from '../receiver/observation-queue.ts';
import { Refused } from '../receiver/refused.ts';
import type { Tally } from '../tally.ts';
import type { Encoding, OtlpCodec, PartialSuccess } from './otlp-codec.ts';
import { readLogs } from './read-logs.ts';
import type { MetricReader } from './read-metrics.ts';
import { readSpans } from './read-spans.ts';
import { sieve } from './sieve.ts';
import type { SpanWindows } from './span-windows.ts';

/** The three kinds of export. */
export type Export = 'traces' | 'logs' | 'metrics';

/** What the intake works with. */
export interface IntakeParts {
  readonly source: string;
  readonly cluster: string;
  readonly clock: Clock;
  readonly codec: OtlpCodec;
  readonly queue: ObservationQueue;
  readonly tally: Tally;
  readonly windows: SpanWindows;
  readonly metrics: MetricReader;
}

/** Takes exports in, whichever way they came. */
export interface Intake {
  /** Returns what was turned down of it, if anything. Throws `Refused` 400 for a body that is no such export, and then nothing of it is taken. */
  take(kind: Export, body: Uint8Array, encoding: Encoding): PartialSuccess | undefined;
  /** When the last export was taken, epoch milliseconds. */
  lastTakenAt(): number | undefined;
}

/** An intake that queues lines and samples, and adds spans to the windows. */
export function otlpIntake(parts: IntakeParts): Intake {
  const { codec, queue, tally, windows, clock } = parts;
  let lastTakenAt: number | undefined;

  function readingNow() {
    return { source: parts.source, cluster: parts.cluster, now: clock.now(), sieve: sieve(tally) };
  }
  const observe = {
    logs(body: Uint8Array, encoding: Encoding) {
      const [logs, reading] = [decoded('logs', encoding, () => codec.logs(body, encoding)), readingNow()];
      for (const line of readLogs(logs, reading)) queue.push(line);
      return reading.sieve.partial();
    },
    metrics(body: Uint8Array, encoding: Encoding) {
      const [metrics, reading] = [decoded('metrics', encoding, () => codec.metrics(body, encoding)), readingNow()];
      for (const block of parts.metrics.read(metrics, reading)) queue.push(block);
      return reading.sieve.partial();
    },
    traces(body: Uint8Array, encoding: Encoding) {
      const [spans, reading] = [decoded('traces', encoding, () => codec.traces(body, encoding)), readingNow()];
      readSpans(spans, { ...reading, encoding, windows });
      return reading.sieve.partial();
    },
  };
  return {
    take(kind, body, encoding) {
      const partial = observe[kind](body, encoding);
      lastTakenAt = clock.now();
      return partial;
    },
    lastTakenAt: () => lastTakenAt,
  };
}

function decoded<Message>(kind: Export, encoding: Encoding, decode: () => Message): Message {
  try {
    return decode();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(400, 'malformed', { message: `the body is no OTLP export of ${kind} in ${encoding}: ${why.slice(0, 300)}` });
  }
}
