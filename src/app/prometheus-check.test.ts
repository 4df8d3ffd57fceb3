import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakePrometheus, type FakeSample, fakePrometheus, refuse, vector } from '../../test/fakes/prometheus-server.ts';
import { metricTable } from '../adapters/sources/prometheus/metric-table.ts';
import { checkPrometheus } from './prometheus-check.ts';
import { PrometheusConfig } from './sources-config.ts';

const all = metricTable.flatMap(({ needs }) => needs.flatMap((need) => need.split('|')));
let server: FakePrometheus;
let clusters: readonly FakeSample[];

beforeEach(async () => {
  server = await fakePrometheus();
  clusters = [[{}, '3']];
});
afterEach(() => server.leave());

/** A Prometheus that has these families, and whose newest sample of `up` is so old. */
function holds(families: readonly string[], upAgeSeconds: number | undefined, buildinfo = true): void {
  const answers: readonly (readonly [asked: RegExp, samples: readonly FakeSample[]])[] = [
    [/^count by \(__name__\)/, families.map((name) => [{ __name__: name }, '1'])],
    [/^time\(\)/, upAgeSeconds === undefined ? [] : [[{}, `${upAgeSeconds}`]]],
    [/== 0\)$/, []],
    [/^count by \(cluster\)/, clusters],
    [/== 1\)$/, [[{}, '6']]],
  ];
  server.answer(({ path, parameters }, response) => {
    if (path.endsWith('query')) vector(response, answers.find(([asked]) => asked.test(parameters.get('query') ?? ''))?.[1] ?? []);
    else if (buildinfo) response.end('{"status":"success","data":{"version":"3.15.0"}}');
    else refuse(response, 404, 'not here');
  });
}
const check = (more: Readonly<Record<string, unknown>> = {}) => checkPrometheus(PrometheusConfig.parse({ url: server.url, ...more }), {});

describe('the line of doctor about a Prometheus', () => {
  it('tells version, targets, age and families when all is there', async () => {
    holds(all, 3.4);
    expect(await check()).toEqual({
      what: 'prometheus',
      state: 'fine',
      says: expect.stringMatching(/^http\S+, version 3\.15\.0, 6 targets up, 0 down, up 3 s old, \d+ families of series$/),
    });
  });

  it('names what is missing, and who should serve it', async () => {
    holds(
      all.filter((name) => !name.startsWith('node_')),
      3,
      false,
    );
    expect(await check()).toMatchObject({
      state: 'fine',
      says: expect.stringMatching(
        /of unknown version.*; none of node_cpu_seconds_total, .*node_hwmon_temp_celsius or node_thermal_zone_temp.* \(node_exporter\)$/,
      ),
    });
  });

  it.each([
    ['kube-state-metrics', 'kube_', /let Prometheus scrape kube-state-metrics/],
    ['cAdvisor', 'container_', /let Prometheus scrape the kubelet's cAdvisor/],
  ])('is wrong without %s', async (_name, prefix, mend) => {
    holds(
      all.filter((name) => !name.startsWith(prefix)),
      3,
    );
    expect(await check()).toMatchObject({ state: 'wrong', mend: expect.stringMatching(mend) });
  });

  it('does not miss what is not wanted, and looks only where the matchers look', async () => {
    holds(['kube_pod_container_status_restarts_total'], 3);
    expect(await check({ metrics: ['restarts'], match: { cluster: 'a' } })).toMatchObject({
      state: 'fine',
      says: expect.not.stringContaining('none of'),
    });
    const queries = server.asked.map(({ parameters }) => parameters.get('query')).filter(Boolean);
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.filter((query) => !query?.includes('cluster="a"'))).toEqual([]);
  });

  it.each([
    ['scrapes nothing', undefined, /it scrapes nothing/],
    ['scraped last long ago', 900, /newest sample of up is 900 s old/],
  ])('is wrong when it %s', async (_name, age, says) => {
    holds(all, age);
    expect(await check()).toMatchObject({ state: 'wrong', says: expect.stringMatching(says), mend: expect.stringContaining('targets') });
  });

  it('is wrong when it holds several clusters and nobody says which is ours', async () => {
    clusters = [
      [{ cluster: 'a' }, '3'],
      [{ cluster: 'b' }, '2'],
    ];
    holds(all, 3);
    expect(await check()).toMatchObject({
      state: 'wrong',
      says: expect.stringMatching(/holds 2 clusters \(a, b\)/),
      mend: expect.stringContaining('prometheus.match'),
    });
  });

  it('tells a server that refuses from one that is not there', async () => {
    server.answer((_asked, response) => response.writeHead(401).end());
    expect(await check()).toMatchObject({ state: 'wrong', says: expect.stringContaining('401') });
    await server.leave();
    expect(await check()).toMatchObject({ state: 'unreached', says: expect.stringContaining('ECONNREFUSED') });
    await server.comeBack();
  });
});
