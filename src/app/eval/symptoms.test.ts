import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seriesDetectors } from '../../detectors/index.ts';
import { createRandom } from '../../simulator/random.ts';
import { rows } from './symptoms/rows.ts';
import { symptoms } from './symptoms.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kubemend-eval-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function place(path: string, text: string): void {
  const file = join(dataDir, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, path.endsWith('.gz') ? gzipSync(text) : text);
}

function csv(...lines: readonly (readonly (string | number)[])[]): string {
  return `${lines.map((line) => line.join(',')).join('\n')}\n`;
}

function run(limit?: number) {
  return symptoms.evaluate({ dataDir, limit, newRandom: () => createRandom(1), cpuMs: () => 0, onProgress: () => {} });
}

const START = Date.UTC(2024, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 19);

/** Two days of a shop of two nodes, and an excerpt around an issue; every five minutes. */
function placeShop(issue: { readonly metric: string; readonly errors: number; readonly seconds: number }): void {
  const heads = [
    ['microservice', 'front', 'front', 'front', 'back', 'back'],
    ['metric', 'availability', 'requests', 'latency', 'availability', 'requests'],
    ['statistic', 'Average', 'Sum', 'p95', 'Average', 'Sum'],
    ['unix_timestamp', '', '', '', '', ''],
  ];
  const usual = Array.from({ length: 400 }, (_, i) => [START / 1000 + 300 * i, i % 9 === 0 ? 99.8 : 100, 500, 0.2 + 0.01 * (i % 3), 50, 5]);
  place('calm/noissue/metrics.csv.gz', csv(...heads, ...usual));
  const later = START / 1000 + 9_999_000;
  const around = [-2, -1, 0, 1, 2].map((i) => {
    const isBad = i === 0 || i === 1;
    return [later + 300 * i, isBad ? 100 * (1 - issue.errors) : 100, 500, isBad ? issue.seconds : 0.2, '', ''];
  });
  place('calm/train/issue_0/metrics.csv', csv(...heads, ...around));
  place('calm/train/issue_0/target.json', JSON.stringify({ target: { node: 'front', metric: issue.metric, timestamp: later + 100 } }));
}

describe('eval symptoms', () => {
  it('finds errors that were injected, and counts the minutes', async () => {
    placeShop({ metric: 'availability', errors: 0.1, seconds: 0.2 });
    const { metrics, baselines, configuration } = await run();
    expect(configuration).toMatchObject({ layout: 'petshop' });
    expect(metrics).toMatchObject({ 'error-rate.recall': 1, 'error-rate.faults': 1, 'error-rate.falseAlarmsPerDay': 0 });
    expect(metrics['error-rate.minutes']).toBeLessThan(8);
    expect(baselines['share-above-1-percent']?.metrics['error-rate.falseAlarmsPerDay']).toBeGreaterThan(0.1);
  });

  it('finds none where none was', async () => {
    placeShop({ metric: 'availability', errors: 0, seconds: 0.2 });
    expect((await run()).metrics['error-rate.recall']).toBe(0);
  });

  it('finds slow requests', async () => {
    placeShop({ metric: 'latency', errors: 0, seconds: 2 });
    expect((await run()).metrics).toMatchObject({ 'latency.recall': 1, 'latency.falseAlarmsPerDay': 0 });
  });

  it('plays the quiet rest of a day before its faults, and leaves what a fault does elsewhere out', async () => {
    const faults = [{ inject_time: '2024-01-01 01:00:00', inject_pod: 'cart', inject_type: 'cpu_contention' }];
    place('rca_data/2024-01-01/2024-01-01-fault_list.json', JSON.stringify({ '01': faults }));
    for (const pod of ['cart', 'shop']) {
      const lines = Array.from({ length: 1_200 }, (_, i) => [
        `${iso(START + 60_000 * i).replace('T', ' ')}.5 +0000 UTC`,
        i >= 60 && i < 66 ? 2 : 0.1,
        5,
      ]);
      place(`rca_data/2024-01-01/metric/${pod}_metric.csv.gz`, csv(['Time', 'PodServerLatencyP95(s)', 'PodWorkload(Ops)'], ...lines));
    }
    const { metrics, cases } = await run();
    expect(metrics).toMatchObject({ 'latency.recall': 1, 'latency.faults': 1, 'latency.falseAlarmsPerDay': 0 });
    expect(cases.map(({ name }) => name)).toEqual(['latency 2024-01-01/cart', 'latency 2024-01-01/shop']);
  });

  it('plants leaks into healthy memory, and is ahead of the limit', async () => {
    const pods = ['a', 'b', 'c', 'd'];
    const lines = pods.flatMap((pod, n) =>
      Array.from({ length: 1_440 }, (_, i) => [pod, START / 1000 + 60 * i, 0.3 + 0.1 * n + 0.01 * (i % 3)]),
    );
    place('pod_memory_util.csv.gz', csv(['pod', 't', 'value'], ...lines));
    const { metrics } = await run();
    expect(metrics).toMatchObject({
      'memory-exhaustion.recall': 1,
      'memory-exhaustion.faults': 4,
      'memory-exhaustion.falseAlarmsPerDay': 0,
    });
    expect(metrics['memory-exhaustion.minutes']).toBeGreaterThan(5);
    expect((await run(2)).metrics['memory-exhaustion.faults']).toBe(2);
  });

  it('draws limits for the memory and disks of a healthy week', async () => {
    const columns = ['time', 'container_memory_working_set_bytes', 'container_fs_usage_bytes'];
    const lines = Array.from({ length: 5_000 }, (_, i) => [`${iso(START + 60_000 * i)}Z`, 1_000 + (i % 7), 100 + (i % 2)]);
    place('normal/pod-cart-0.csv.gz', csv(columns, ...lines));
    const { metrics, cases } = await run();
    expect(metrics['memory-exhaustion.falseAlarmsPerDay']).toBe(0);
    expect(metrics['disk-exhaustion.falseAlarmsPerDay']).toBe(0);
    expect(cases.filter(({ name }) => /^disk-exhaustion cart-0 [123]$/.test(name))).toHaveLength(3);
  });

  it('refuses a folder that holds no such data', async () => {
    place('a.csv', 'value\n1\n');
    await expect(run()).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringContaining('no metrics with labelled faults') });
  });

  it('has a row for no detector that is not registered', () => {
    expect(rows.filter(({ detector }) => !seriesDetectors.includes(detector))).toEqual([]);
  });
});
