/** The Prometheus source on a real one, which scrapes the real kubelet, the node exporter and a pod that works: our figures are PromQL's. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type PrometheusSource, prometheusSource } from '../../src/adapters/sources/prometheus/prometheus-source.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { PrometheusConfig, prometheusOptionsOf } from '../../src/app/sources-config.ts';
import type { SampleBlock } from '../../src/core/model/samples.ts';
import { type OwnPrometheus, ownPrometheus, whyNoPrometheus } from './harness/own-prometheus.ts';
import { asAdmin, bed, bodyOf, busybox, cleanUp, type Installation, installKubemend, newNamespace, root, waitFor } from './harness.ts';

const SCRAPE_MS = 5_000;
const hindrance = await whyNoPrometheus();

/** The exit code of `kubemend doctor` on an installation without other faults, and its line about this Prometheus. */
async function doctor(home: Installation, url: string): Promise<{ readonly code: number; readonly line: unknown }> {
  const stateDir = await mkdtemp(join(home.stateDir, 'doctor-'));
  const of = ['--kubeconfig', home.kubeconfig, '--own-namespace', home.namespace, '--state-dir', stateDir, '--prometheus-url', url];
  const { code, stdout } = await promisify(execFile)(join(root, 'node_modules/.bin/node'), [
    join(root, 'src/cli/main.ts'),
    'doctor',
    '--json',
    ...of,
  ]).then(
    (ended) => ({ code: 0, stdout: ended.stdout }),
    (error: unknown) => z.object({ code: z.number(), stdout: z.string() }).parse(error),
  );
  return {
    code,
    line: z
      .array(z.looseObject({ what: z.string() }))
      .parse(JSON.parse(stdout))
      .find(({ what }) => what === 'prometheus'),
  };
}

/** Computes, reads and writes past the page cache, without end. */
const work = `while :; do dd if=/dev/zero of=/data/x bs=64k count=16 oflag=direct; dd if=/data/x of=/dev/null bs=64k iflag=direct
i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 0.2; done 2>/dev/null`;
/** Of 100 more requests a second, 90 took at most 0.1 s and all at most 0.5: the 95th percentile lies in the middle of the second bucket. */
const serve = `mkdir -p /w; (n=0; while :; do n=$((n+1)); m=/w/new
echo '# TYPE http_request_duration_seconds histogram' >$m
echo "http_request_duration_seconds_bucket{le=\\"0.1\\"} $((n*90))" >>$m
echo "http_request_duration_seconds_bucket{le=\\"0.5\\"} $((n*100))" >>$m
echo "http_request_duration_seconds_bucket{le=\\"+Inf\\"} $((n*100))" >>$m
echo "http_request_duration_seconds_count $((n*100))" >>$m; mv $m /w/metrics; sleep 1; done) & exec httpd -f -p 8080 -h /w`;

const busy = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'busy', annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' } },
  spec: {
    terminationGracePeriodSeconds: 1,
    volumes: [{ name: 'data', emptyDir: {} }],
    containers: [
      {
        ...{ name: 'app', image: busybox, command: ['sh', '-c', work], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        resources: { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '300m', memory: '64Mi' } },
      },
      { name: 'web', image: busybox, command: ['sh', '-c', serve], resources: { requests: { cpu: '10m', memory: '16Mi' } } },
    ],
  },
};

afterAll(cleanUp, 180_000);

describe.skipIf(hindrance !== undefined)(`a real Prometheus${hindrance === undefined ? '' : ` (not here: ${hindrance})`}`, () => {
  let prometheus: OwnPrometheus;
  let source: PrometheusSource;
  let namespace: string;
  let home: Installation;

  beforeAll(async () => {
    home = await installKubemend({ namespace: 'km-doctor-prometheus' });
    namespace = await newNamespace({ optedIn: false });
    bodyOf(await (await asAdmin()).post(`/api/v1/namespaces/${namespace}/pods`, busy));
    prometheus = await ownPrometheus();
    await prometheus.start();
    const queries = { twice: { query: '2 * max by (namespace, pod) (kube_pod_info{pod="busy"})', subject: 'pod' } };
    const config = PrometheusConfig.parse({
      url: prometheus.url,
      intervalMs: SCRAPE_MS,
      scrapeIntervalMs: SCRAPE_MS,
      lookbackMs: 2 * SCRAPE_MS,
      queries,
    });
    source = prometheusSource(prometheusOptionsOf(config, { cluster: 'default', clock: systemClock, env: {} }));
    const isWorking = `rate(container_fs_writes_bytes_total{namespace="${namespace}",container="app"}[20s]) > 0`;
    const isCounting = `rate(http_request_duration_seconds_count{namespace="${namespace}"}[20s]) > 0`;
    await waitFor('the pod is measured', () => prometheus.valueOf(`${isWorking} and on (pod) ${isCounting}`, Date.now()), 90_000);
    await sleep(2 * SCRAPE_MS);
  });
  afterAll(() => source.close());

  /** Of all past blocks, by metric: the newest that no scrape can still change. */
  async function settled(): Promise<ReadonlyMap<string, SampleBlock>> {
    const upTo = Date.now() - SCRAPE_MS;
    const blocks = new Map<string, SampleBlock>();
    for await (const block of source.backfill(upTo - 4 * SCRAPE_MS, AbortSignal.timeout(30_000)))
      if (block.at <= upTo) blocks.set(block.metric, block);
    return blocks;
  }
  const valueIn = (block: SampleBlock | undefined, name: string, part?: string) => {
    const index =
      block?.subjects.findIndex(({ ref, part: own }) => ref.name === name && own === part && (ref.namespace ?? namespace) === namespace) ??
      -1;
    return index < 0 ? undefined : block?.values[index];
  };

  test('gives for every metric what PromQL itself answers', async () => {
    const here = `namespace="${namespace}",pod="busy"`;
    const app = `${here},container="app"`;
    const idle = 'sum(rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[20s])) / count(node_cpu_seconds_total{mode="idle"})';
    const rates = (matchers: string, ...names: readonly string[]) =>
      names.map((name) => `sum(rate(${name}{${matchers}}[20s]))`).join(' + ');
    const both = `${here},container=~"app|web"`;
    const wanted: readonly (readonly [metric: string, name: string, part: string | undefined, query: string])[] = [
      ['cpuCores', 'busy', 'app', `rate(container_cpu_usage_seconds_total{${app}}[20s])`],
      [
        'cpuThrottledShare',
        'busy',
        'app',
        `rate(container_cpu_cfs_throttled_periods_total{${app}}[20s]) / rate(container_cpu_cfs_periods_total{${app}}[20s])`,
      ],
      ['memoryBytes', 'busy', 'app', `container_memory_working_set_bytes{${app}}`],
      ['cpuLimitShare', 'busy', 'app', `rate(container_cpu_usage_seconds_total{${app}}[20s]) / 0.3`],
      ['memoryLimitShare', 'busy', 'app', `container_memory_working_set_bytes{${app}} / (64 * 1024 * 1024)`],
      ['restarts', 'busy', 'web', `kube_pod_container_status_restarts_total{${here},container="web"}`],
      ['cpuRequestShare', 'busy', undefined, `sum(rate(container_cpu_usage_seconds_total{${here},container=~"app|web"}[20s])) / 0.11`],
      [
        'memoryRequestShare',
        'busy',
        undefined,
        `sum(container_memory_working_set_bytes{${here},container=~"app|web"}) / (48 * 1024 * 1024)`,
      ],
      ['diskIoBytesPerSecond', 'busy', undefined, rates(both, 'container_fs_reads_bytes_total', 'container_fs_writes_bytes_total')],
      ['networkReceiveBytesPerSecond', 'busy', undefined, rates(here, 'container_network_receive_bytes_total')],
      ['networkTransmitBytesPerSecond', 'busy', undefined, rates(here, 'container_network_transmit_bytes_total')],
      ['latencyP95Ms', 'busy', undefined, `1000 * histogram_quantile(0.95, rate(http_request_duration_seconds_bucket{${here}}[20s]))`],
      ['nodeCpuShare', 'node1', undefined, `1 - ${idle}`],
      ['nodeMemoryShare', 'node1', undefined, '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes'],
      [
        'nodeFilesystemUsedShare',
        'node1',
        '/',
        '1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}',
      ],
      ['twice', 'busy', undefined, `2 * max(kube_pod_info{${here}})`],
    ];
    const blocks = await settled();
    const compared = await Promise.all(
      wanted.map(async ([metric, name, part, query]) => {
        const block = blocks.get(metric);
        return { metric, ours: valueIn(block, name, part), theirs: block && (await prometheus.valueOf(query, block.at)) };
      }),
    );
    for (const { metric, ours, theirs } of compared) {
      expect(theirs, metric).toBeDefined();
      expect(Math.abs((ours ?? Number.NaN) - (theirs ?? Number.NaN)), `${metric}: ${ours} and ${theirs}`).toBeLessThanOrEqual(
        1e-9 * Math.abs(theirs ?? 1),
      );
    }
    expect(valueIn(blocks.get('diskIoBytesPerSecond'), 'busy')).toBeGreaterThan(100_000);
    expect(valueIn(blocks.get('latencyP95Ms'), 'busy')).toBeCloseTo(300, 3);
  });

  test('says that the machine has no thermometer, and invents no temperature', async () => {
    const hasOne = (await prometheus.valueOf('count(node_hwmon_temp_celsius or node_thermal_zone_temp)', Date.now())) !== undefined;
    const blocks = await settled();
    expect(blocks.has('nodeTemperatureCelsius')).toBe(hasOne);
    expect(source.health().absent.includes('nodeTemperatureCelsius')).toBe(!hasOne);
    expect(source.health().problem).toBeUndefined();
  });

  test('is believed behind TLS only with its authority, which is named as the mend', async () => {
    const { env, server: url } = await bed();
    const whyOf = async (access: { readonly caFile?: string }) => {
      const own = prometheusSource({
        ...prometheusOptionsOf(PrometheusConfig.parse({ url, ...access }), { cluster: 'default', clock: systemClock, env: {} }),
      });
      const failure = await own.range('up', 0, 1_000, 1_000).then(String, String);
      await own.close();
      return failure;
    };
    expect(await whyOf({})).toMatch(/certificate.*set prometheus\.caFile/);
    expect(await whyOf({ caFile: env.KUBE_CA ?? '' })).toMatch(/it answered 40[13].*does not let us in/);
  });

  test('is killed for two minutes: doctor says so, the gap is NaN, nothing is invented, and the stream goes on by itself', async () => {
    const told: SampleBlock[] = [];
    const stop = new AbortController();
    const streaming = (async () => {
      for await (const block of source.stream(stop.signal)) told.push(block);
    })();
    const cpuAfter = (instant: number) => told.some(({ metric, at }) => metric === 'cpuCores' && at > instant);
    const instants = () => new Set(told.filter(({ metric }) => metric === 'cpuCores').map(({ at }) => at)).size;
    await waitFor('the stream tells for a while', async () => instants() >= 6, 90_000);
    await prometheus.kill();
    const killedAt = Date.now();
    expect(await doctor(home, prometheus.url)).toEqual({
      code: 3,
      line: { what: 'prometheus', state: 'unreached', says: expect.stringMatching(/: no answer: .*ECONNREFUSED.*check prometheus\.url/) },
    });
    await sleep(Math.max(0, killedAt + 60_000 - Date.now()));
    expect(source.health()).toMatchObject({ problem: expect.stringMatching(/ECONNREFUSED/) });
    expect(source.health().ageMs).toBeGreaterThan(50_000);
    await sleep(killedAt + 120_000 - Date.now());
    await prometheus.start();
    const backAt = Date.now();
    await waitFor('the stream goes on', async () => cpuAfter(backAt + 2 * SCRAPE_MS), 60_000);
    stop.abort();
    await streaming;
    expect(source.health().problem).toBeUndefined();
    expect(await doctor(home, prometheus.url)).toEqual({
      code: 0,
      line: {
        what: 'prometheus',
        state: 'fine',
        says: expect.stringMatching(/version 3\.\d+\.\d+, \d+ targets up, 0 down, up \d+ s old, \d+ families/),
      },
    });

    const inGap = (at: number) => at > killedAt + 2 * SCRAPE_MS && at < backAt;
    const app = `namespace="${namespace}",pod="busy",container="app"`;
    const ranges = await Promise.all(
      [`container_memory_working_set_bytes{${app}}`, `rate(container_cpu_usage_seconds_total{${app}}[20s])`].map((query) =>
        source.range(query, killedAt - 6 * SCRAPE_MS, Date.now(), SCRAPE_MS),
      ),
    );
    for (const [index, { from, stepMs, series }] of ranges.entries()) {
      const samples = [...(series[0]?.values ?? [])].map((value, n) => ({ at: from + n * stepMs, value }));
      const edge = index === 0 ? 0 : 2 * SCRAPE_MS; // the last samples before the gap are longer in the window of a rate
      const gap = samples.filter(({ at }) => inGap(at - edge) && at < backAt);
      expect(gap.length).toBeGreaterThanOrEqual(18);
      expect(gap.filter(({ value }) => !Number.isNaN(value))).toEqual([]);
      expect(samples.filter(({ at, value }) => at <= killedAt && Number.isFinite(value)).length).toBeGreaterThanOrEqual(3);
      expect(samples.filter(({ at, value }) => at >= backAt && Number.isFinite(value)).length).toBeGreaterThanOrEqual(1);
    }
    const again: SampleBlock[] = [];
    for await (const block of source.backfill(killedAt - SCRAPE_MS, AbortSignal.timeout(30_000))) again.push(block);
    expect(again.filter(({ at, metric }) => metric === 'memoryBytes' && inGap(at))).toEqual([]);
    expect(told.filter(({ at }) => inGap(at))).toEqual([]);
  });
});
