import { CoreError } from '../../../core/errors.ts';
import type { AnsweredSeries } from './answer.ts';
import { openClient, type PrometheusClient } from './client.ts';
import type { MetricEntry } from './metric-table.ts';
import type { PrometheusOptions } from './prometheus-source.ts';

/** What a Prometheus tells of itself, and which of the series that we ask for it has. */
export interface PrometheusReport {
  /** Undefined where what speaks the API does not say it. */
  readonly version: string | undefined;
  readonly targetsUp: number;
  readonly targetsDown: number;
  /** Of the newest sample of `up`; undefined when there is none. */
  readonly upAgeMs: number | undefined;
  /** The series that are there and those that are not, `a|b` for either. */
  readonly present: readonly string[];
  readonly missing: readonly string[];
  /** The values of the label `cluster` among the nodes that it knows: more than one, and pods of the same name are mixed up. */
  readonly clusters: readonly string[];
}

/** What is asked about besides: the matchers of every selector, and the metrics whose series are wanted. */
export interface Inspection {
  readonly match: Readonly<Record<string, string>>;
  readonly metrics: readonly Pick<MetricEntry, 'needs'>[];
}

/** Asks a Prometheus how it stands. Throws `source-unreachable` and `source-refused` as the source would say it. */
export async function inspectPrometheus(options: PrometheusOptions, { match, metrics }: Inspection): Promise<PrometheusReport> {
  const client = openClient(options, { ...options, sockets: 2 });
  const matchers = Object.entries(match).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const numberOf = async (query: string) => (await ask(client, options, query))[0]?.values[0];
  const up = `up{${matchers.join(',')}}`;
  try {
    const age = await numberOf(`time() - max(timestamp(${up}))`);
    const needs = [...new Set(metrics.flatMap((metric) => metric.needs))];
    const there = await familiesOf(client, options, { needs, matchers });
    const isThere = (need: string) => need.split('|').some((name) => there.has(name));
    return {
      version: await versionOf(client),
      targetsUp: (await numberOf(`count(${up} == 1)`)) ?? 0,
      targetsDown: (await numberOf(`count(${up} == 0)`)) ?? 0,
      upAgeMs: age === undefined ? undefined : Math.round(age * 1_000),
      present: needs.filter(isThere),
      missing: needs.filter((need) => !isThere(need)),
      clusters: clustersOf(await ask(client, options, `count by (cluster) (kube_node_info{${matchers.join(',')}})`)),
    };
  } finally {
    await client.close();
  }
}

async function ask(client: PrometheusClient, { clock, lookbackMs }: PrometheusOptions, query: string): Promise<readonly AnsweredSeries[]> {
  return (await client.instant({ query, at: clock.now(), lookbackMs })).series;
}

async function familiesOf(
  client: PrometheusClient,
  options: PrometheusOptions,
  { needs, matchers }: { readonly needs: readonly string[]; readonly matchers: readonly string[] },
): Promise<ReadonlySet<unknown>> {
  if (needs.length === 0) return new Set();
  const selector = [`__name__=~"${needs.join('|')}"`, ...matchers].join(',');
  const series = await ask(client, options, `count by (__name__) ({${selector}})`);
  return new Set(series.map(({ labels }) => labels.__name__));
}

function clustersOf(series: readonly AnsweredSeries[]): readonly string[] {
  return series.map(({ labels }) => (typeof labels.cluster === 'string' ? labels.cluster : '(none)')).toSorted();
}

/** Not everything that speaks the API tells its version. */
async function versionOf(client: PrometheusClient): Promise<string | undefined> {
  try {
    const data = await client.data('/api/v1/status/buildinfo');
    const version = typeof data === 'object' && data !== null && 'version' in data ? data.version : undefined;
    return typeof version === 'string' && version !== '' ? version : undefined;
  } catch (error) {
    if (error instanceof CoreError && error.code === 'source-refused') return undefined;
    throw error;
  }
}
