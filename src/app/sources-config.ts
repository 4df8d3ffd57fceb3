import { z } from 'zod';
import { proxyFor } from '../adapters/cluster/kubernetes/proxy.ts';
import type { MetricsApiOptions } from '../adapters/sources/metrics-api/metrics-api-source.ts';
import { metricTable } from '../adapters/sources/prometheus/metric-table.ts';
import { parsePromql } from '../adapters/sources/prometheus/parse-promql.ts';
import type { MetricQuery, PrometheusOptions, PrometheusSource } from '../adapters/sources/prometheus/prometheus-source.ts';
import { subjectKinds } from '../adapters/sources/prometheus/subject.ts';
import type { Clock, SignalSource } from '../core/ports.ts';
import { Duration } from './duration.ts';

const label = z.string().regex(/^[a-zA-Z_]\w*$/, 'is no name of a label');
const count = z.number().int().min(1);
const names = metricTable.map(({ name }) => name);

/** A query of the operator's own: what it asks, and whose each series of the answer is. */
const OwnQuery = z.strictObject({
  query: z.string().superRefine((query, context) => {
    const parsed = parsePromql(query);
    if (parsed.is === 'invalid')
      context.addIssue({ code: 'custom', message: `line ${parsed.line}, column ${parsed.column}: ${parsed.why}` });
  }),
  subject: z.enum(subjectKinds),
  /** The labels that hold the subject's name and namespace, where they are not the usual ones; `part` tells several series of one subject apart. */
  labels: z.strictObject({ name: label.optional(), namespace: label.optional(), part: label.optional() }).default({}),
});

/** A Prometheus, or what speaks its HTTP API; see docs/configuration.md. */
export const PrometheusConfig = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: 'must be an address such as http://prometheus.monitoring:9090' }).refine((url) => {
      const { username, password } = new URL(url);
      return username === '' && password === '';
    }, 'must hold no password: use prometheus.basic'),
    caFile: z.string().min(1).optional(),
    bearerTokenFile: z.string().min(1).optional(),
    basic: z.strictObject({ user: z.string().min(1), passwordFile: z.string().min(1) }).optional(),
    headers: z.record(z.string().regex(/^[\w-]+$/, 'is no name of a header'), z.string()).default({}),
    /** How often every metric is asked for. */
    intervalMs: Duration.prefault('15s'),
    /** How often Prometheus scrapes; windows of `rate` are four times that. */
    scrapeIntervalMs: Duration.prefault('30s'),
    rateWindowMs: Duration.optional(),
    /** Older samples do not count. */
    lookbackMs: Duration.prefault('5m'),
    deadlineMs: Duration.prefault('10s'),
    maxSeries: count.default(20_000),
    maxBytes: count.default(64 * 2 ** 20),
    /** Added to every selector of ours: which cluster, where one Prometheus holds several. */
    match: z.record(label, z.string()).default({}),
    /** Of the built-in ones; all, if not said. */
    metrics: z.array(z.enum(names)).optional(),
    latencyHistogram: z
      .string()
      .regex(/^[a-zA-Z_:][\w:]*$/, 'is no name of a metric')
      .default('http_request_duration_seconds'),
    queries: z
      .record(z.string().regex(/^[a-zA-Z]\w*$/, 'is no name of a metric: letters, digits and _'), OwnQuery)
      .refine((queries) => !names.some((name) => name in queries), 'a built-in metric has that name already')
      .default({}),
  })
  .refine(({ bearerTokenFile, basic }) => !(bearerTokenFile && basic), 'bearerTokenFile and basic exclude each other')
  .refine(({ intervalMs }) => intervalMs >= 1_000, { path: ['intervalMs'], message: 'an interval is at least 1s' })
  .refine(({ scrapeIntervalMs }) => scrapeIntervalMs >= 1_000, { path: ['scrapeIntervalMs'], message: 'an interval is at least 1s' })
  .refine(({ deadlineMs }) => deadlineMs >= 1, { path: ['deadlineMs'], message: 'a deadline is at least 1ms' });
export type PrometheusConfig = z.infer<typeof PrometheusConfig>;

/** The metrics API of the cluster (metrics.k8s.io): `{}` switches it on. */
export const MetricsConfig = z
  .strictObject({ intervalMs: Duration.prefault('15s') })
  .refine(({ intervalMs }) => intervalMs >= 1_000, { path: ['intervalMs'], message: 'an interval is at least 1s' });
export type MetricsConfig = z.infer<typeof MetricsConfig>;

/** What of the configuration sources are made of. */
export interface SourcesConfig {
  readonly cluster: string;
  readonly prometheus?: PrometheusConfig | undefined;
  readonly metrics?: MetricsConfig | undefined;
}

/** What sources are opened with; `getJson` reads a path of the API server. */
export interface SourceParts {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly getJson: (path: string, signal: AbortSignal) => Promise<unknown>;
}

/** The sources that are polled and configured; nothing is sent yet. */
export interface OpenedSources {
  readonly signals: readonly SignalSource[];
  /** Also answers range queries, and knows the past. */
  readonly prometheus?: PrometheusSource;
  close(): Promise<void>;
}

/** Opens the polled sources of the configuration. */
export async function openSources({ cluster, prometheus: config, metrics }: SourcesConfig, parts: SourceParts): Promise<OpenedSources> {
  const { clock, env, getJson } = parts;
  const prometheus = config && (await openPrometheus(prometheusOptionsOf(config, { cluster, clock, env })));
  const api = metrics && (await openMetricsApi({ ...metrics, cluster, clock, getJson }));
  return {
    signals: [...(prometheus ? [prometheus] : []), ...(api ? [api] : [])],
    ...(prometheus && { prometheus }),
    close: async () => prometheus?.close(),
  };
}

/** Their clients are loaded on use. */
async function openPrometheus(options: PrometheusOptions): Promise<PrometheusSource> {
  return (await import('../adapters/sources/prometheus/prometheus-source.ts')).prometheusSource(options);
}

async function openMetricsApi(options: MetricsApiOptions): Promise<SignalSource> {
  return (await import('../adapters/sources/metrics-api/metrics-api-source.ts')).metricsApiSource(options);
}

/** The options of a Prometheus source; a proxy of the environment counts (HTTPS_PROXY, NO_PROXY). */
export function prometheusOptionsOf(
  config: PrometheusConfig,
  { cluster, clock, env }: Omit<SourceParts, 'getJson'> & { readonly cluster: string },
): PrometheusOptions {
  const { caFile, bearerTokenFile, basic, url, headers, intervalMs, deadlineMs, lookbackMs, maxSeries, maxBytes } = config;
  const proxy = proxyFor(new URL(url), env);
  return {
    ...{ url: url.replace(/\/+$/, ''), headers, intervalMs, deadlineMs, lookbackMs, maxSeries, maxBytes, cluster, clock },
    ...(caFile !== undefined && { caFile }),
    ...(bearerTokenFile !== undefined && { bearerTokenFile }),
    ...(basic && { basic }),
    ...(proxy !== undefined && { proxy }),
    queries: queriesOf(config),
  };
}

/** All metrics that are asked for: the built-in ones that are wanted, and the operator's own. */
export function queriesOf({
  metrics = names,
  queries,
  match,
  latencyHistogram,
  scrapeIntervalMs,
  rateWindowMs,
}: PrometheusConfig): readonly MetricQuery[] {
  const settings = { match, latencyHistogram, rateWindow: `${rateWindowMs ?? 4 * scrapeIntervalMs}ms` };
  const builtIn = metricTable.filter(({ name }) => metrics.includes(name));
  return [
    ...builtIn.map(({ name, subject, isOptional = false, expression }) => ({ name, subject, isOptional, query: expression(settings) })),
    ...Object.entries(queries).map(([name, { query, subject: kind, labels }]) => ({ name, query, subject: { kind, labels } })),
  ];
}
