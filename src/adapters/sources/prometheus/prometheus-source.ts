import type { SampleBlock } from '../../../core/model/samples.ts';
import { nap } from '../../../core/nap.ts';
import type { Clock, MetricSource, SignalSource } from '../../../core/ports.ts';
import type { PrometheusAccess } from './access.ts';
import { askEach } from './ask-each.ts';
import { backfillBlocks, type Stretch } from './backfill.ts';
import { openClient } from './client.ts';
import { isNobodyThere } from './failure.ts';
import { openHealthBook, type PrometheusHealth } from './health-book.ts';
import { ownSeries } from './own-series.ts';
import { readRange } from './read-range.ts';
import { blockAt, blocksOf } from './sample-blocks.ts';
import { openSubjectBook, type SubjectRule } from './subject.ts';

/** One metric that is asked for: its expression gives one series for each subject. */
export interface MetricQuery {
  readonly name: string;
  readonly query: string;
  readonly subject: SubjectRule;
  /** Being absent is no fault. */
  readonly isOptional?: boolean;
}

/** What is asked of a Prometheus, how often, and how much of it is taken. */
export interface PrometheusOptions extends PrometheusAccess {
  /** The cluster's id in every reference. */
  readonly cluster: string;
  readonly clock: Clock;
  readonly queries: readonly MetricQuery[];
  readonly intervalMs: number;
  /** For each answer. */
  readonly deadlineMs: number;
  /** A sample older than this does not count. */
  readonly lookbackMs: number;
  /** Per metric; those with the highest values are kept. */
  readonly maxSeries: number;
  /** Per answer. */
  readonly maxBytes: number;
}

/** A Prometheus (or what speaks its HTTP API), polled with one query per metric, however many objects there are. */
export interface PrometheusSource extends SignalSource, MetricSource {
  stream(signal: AbortSignal): AsyncIterable<SampleBlock>;
  /**
   * The blocks from `fromMs` (epoch milliseconds) until now, oldest first; `stream` goes on after them. What cannot be had is left out
   * and stands in `health`; when nobody is there, it ends.
   */
  backfill(fromMs: number, signal: AbortSignal): AsyncIterable<SampleBlock>;
  health(): PrometheusHealth;
  close(): Promise<void>;
}

/** Requests that run at once, so that a poll does not take all of a server. */
const AT_ONCE = 4;

/** Opens the source; nothing is sent before it is asked for something. Instants of blocks are multiples of the interval. */
export function prometheusSource(options: PrometheusOptions): PrometheusSource {
  const { clock, queries, intervalMs, lookbackMs, maxSeries } = options;
  const client = openClient(options, { ...options, sockets: AT_ONCE });
  const book = openHealthBook(clock, new Set(queries.filter(({ isOptional }) => isOptional).map(({ name }) => name)));
  const subjects = openSubjectBook(options.cluster);
  let lastAt = Number.NEGATIVE_INFINITY;
  let isAway = false;

  const partsOf = (metric: string) => ({ source: 'prometheus', metric, drop: book.drop });
  const newest = () => Math.floor(clock.now() / intervalMs) * intervalMs;

  /** Asks for every metric; as soon as nobody is there, for no more. */
  async function eachMetric<T>(ask: (metric: MetricQuery) => Promise<T>, signal: AbortSignal): Promise<readonly T[]> {
    isAway = false;
    const failed = ({ name }: MetricQuery, error: unknown) => {
      isAway = isNobodyThere(error);
      if (isAway) book.away(error);
      else book.failed(name, error);
      return isAway ? 'stop' : 'go on';
    };
    const answers = await askEach(queries, { atOnce: AT_ONCE, signal, ask, failed });
    if (answers.length > 0) subjects.turn();
    return answers;
  }
  async function poll(at: number, signal: AbortSignal): Promise<readonly SampleBlock[]> {
    const blocks = await eachMetric(async ({ name, query, subject: rule }) => {
      const answer = await client.instant({ query, at, lookbackMs }, signal);
      book.answered(name, answer);
      const owned = ownSeries(answer.series, { rule, book: subjects, maxSeries, drop: book.drop });
      return blockAt(owned, { at, maxAgeMs: lookbackMs }, partsOf(name));
    }, signal);
    return blocks.filter((block) => block !== undefined);
  }
  function stretch(from: number, to: number, signal: AbortSignal): Promise<readonly Stretch[]> {
    return eachMetric(async ({ name, query, subject: rule }) => {
      const answer = await client.range({ query, from, to, stepMs: intervalMs, lookbackMs }, signal);
      book.answered(name, answer);
      const owned = ownSeries(answer.series, { rule, book: subjects, maxSeries, drop: book.drop });
      lastAt = Math.max(lastAt, to);
      return { series: answer.series.length, blocks: blocksOf(owned, partsOf(name)) };
    }, signal);
  }

  return {
    name: 'prometheus',
    async *stream(signal) {
      while (!signal.aborted) {
        const at = newest();
        if (at > lastAt) {
          lastAt = at;
          yield* await poll(at, signal);
        }
        await nap(clock, Math.max(1, newest() + intervalMs - clock.now()), signal);
      }
    },
    backfill(from, signal) {
      isAway = false;
      return backfillBlocks({
        from,
        stepMs: intervalMs,
        last: () => (signal.aborted || isAway ? Number.NEGATIVE_INFINITY : newest()),
        read: (start, end) => stretch(start, end, signal),
      });
    },
    range: (query, from, to, stepMs) => readRange({ query, from, to, stepMs }, { client, lookbackMs }),
    health: book.health,
    close: client.close,
  };
}
