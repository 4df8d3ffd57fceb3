import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/fakes/clock.ts';
import { metricTable } from '../adapters/sources/prometheus/metric-table.ts';
import { loadConfig } from './config.ts';
import { MetricsConfig, openSources, PrometheusConfig, prometheusOptionsOf, queriesOf } from './sources-config.ts';

const url = 'http://prometheus.monitoring:9090/';
const parts = { cluster: 'default', clock: fakeClock(), env: {} };

describe('the configuration of a Prometheus', () => {
  it('needs no more than an address', () => {
    const options = prometheusOptionsOf(PrometheusConfig.parse({ url }), parts);
    expect(options).toMatchObject({
      url: 'http://prometheus.monitoring:9090',
      intervalMs: 15_000,
      deadlineMs: 10_000,
      lookbackMs: 300_000,
      maxSeries: 20_000,
    });
    expect(options.queries.map(({ name }) => name)).toEqual(metricTable.map(({ name }) => name));
    expect(options.queries.find(({ name }) => name === 'cpuCores')?.query).toContain('[120000ms]');
  });

  it('may name the metrics, the window, the cluster and queries of its own', () => {
    const queries = { orders: { query: 'sum by (namespace, deployment) (orders)', subject: 'deployment', labels: { name: 'deployment' } } };
    const config = PrometheusConfig.parse({ url, metrics: ['restarts'], rateWindowMs: '1m', match: { cluster: 'a' }, queries });
    expect(queriesOf(config)).toEqual([
      {
        name: 'restarts',
        subject: { kind: 'container', labels: {} },
        isOptional: false,
        query: 'max by (namespace, pod, container) (kube_pod_container_status_restarts_total{cluster="a"})',
      },
      { name: 'orders', subject: { kind: 'deployment', labels: { name: 'deployment' } }, query: queries.orders.query },
    ]);
  });

  it.each([
    ['another protocol', { url: 'ftp://x' }, /url/],
    ['a password in the address', { url: 'http://me:secret@x' }, /basic/],
    ['two ways to prove oneself', { url, bearerTokenFile: 'a', basic: { user: 'b', passwordFile: 'c' } }, /exclude each other/],
    ['an unknown metric', { url, metrics: ['cpu'] }, /metrics/],
    ['a metric of its own with the name of ours', { url, queries: { cpuCores: { query: 'x', subject: 'pod' } } }, /has that name already/],
    [
      'a query that is none',
      { url, queries: { a: { query: 'sum(rat(x[5m]))', subject: 'pod' } } },
      /line 1, column 5: there is no function rat/,
    ],
    ['a query about nothing known', { url, queries: { a: { query: 'x', subject: 'cluster' } } }, /subject/],
    ['a hurry', { url, intervalMs: '10ms' }, /at least 1s/],
    ['a typo', { url, interval: '15s' }, /interval/],
  ])('refuses %s', (_name, given, message) => {
    expect(PrometheusConfig.safeParse(given).error?.message).toMatch(message);
  });

  it('takes the proxy of the environment, as all clients do', () => {
    const config = PrometheusConfig.parse({ url: 'https://prometheus.example.com' });
    const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'example.org' };
    expect(prometheusOptionsOf(config, { ...parts, env }).proxy).toBe('http://proxy:3128');
    expect(prometheusOptionsOf(config, { ...parts, env: { ...env, NO_PROXY: 'example.com' } }).proxy).toBeUndefined();
  });
});

it('stands in docs/configuration.md with every key and every metric', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  const words = [...Object.keys(PrometheusConfig.shape), ...metricTable.map(({ name }) => name)];
  expect(words.filter((word) => !page.includes(`\`${word}`))).toEqual([]);
});

describe('the sources', () => {
  const opening = { clock: fakeClock(), env: {}, getJson: async () => ({}) };

  it('are none unless configured', async () => {
    expect((await openSources({ cluster: 'default' }, opening)).signals).toEqual([]);
  });

  it('are those that are configured', async () => {
    const sources = await openSources(
      { cluster: 'default', prometheus: PrometheusConfig.parse({ url }), metrics: MetricsConfig.parse({}) },
      opening,
    );
    expect(sources.signals.map(({ name }) => name)).toEqual(['prometheus', 'metrics-api']);
    expect(sources.signals[0]).toBe(sources.prometheus);
    await sources.close();
  });

  it('come from a flag, which leaves the rest of the file as it is', () => {
    expect(loadConfig({ prometheusUrl: 'http://127.0.0.1:9090' }, {}).prometheus?.url).toBe('http://127.0.0.1:9090');
    expect(() => loadConfig({ prometheusUrl: 'prometheus:9090' }, {})).toThrow(/prometheus\.url: must be an address such as/);
    expect(loadConfig({}, {}).prometheus).toBeUndefined();
  });
});
