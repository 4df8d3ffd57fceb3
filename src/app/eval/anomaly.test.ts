import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { anomaly } from './anomaly.ts';

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

const LENGTH = 1_000;
/** Where the made series have their trouble. */
const TROUBLE = 800;
const random = createRandom(9);
const noise = () => 10 + random() + random();

/** A value for each of so many rows, far off at the trouble, in as many columns as wanted. */
function rows(columns: number, { length = LENGTH, trouble = TROUBLE } = {}): number[][] {
  return Array.from({ length }, (_, i) => Array.from({ length: columns }, () => (i >= trouble && i < trouble + 3 ? 90 : noise())));
}

function labels(length = LENGTH, trouble = TROUBLE): number[] {
  return Array.from({ length }, (_, i) => (i >= trouble && i < trouble + 3 ? 1 : 0));
}

function csv(...lines: readonly (readonly (string | number)[])[]): string {
  return `${lines.map((line) => line.join(',')).join('\n')}\n`;
}

function instants(length: number, stepMs: number): string[] {
  return Array.from({ length }, (_, i) => new Date(Date.UTC(2024, 0, 1) + i * stepMs).toISOString().slice(0, 19));
}

const flagged = rows(1).map(([value = 0], i) => [value, labels()[i] ?? 0]);
const made = {
  kpi: () => {
    place('meta.json', JSON.stringify({ a: { n_train: 500, interval_s: 60, start_ts: 1_500_000_000 } }));
    place('a.csv.gz', csv(['value', 'label'], ...flagged));
  },
  'labelled-rows': () => {
    const times = instants(LENGTH, 60_000);
    place('shop/a.csv', csv(['"TimeStamp"', '"Value"', '"Label"'], ...flagged.map((row, i) => [`"${times[i]}Z"`, ...row])));
  },
  nab: () => {
    const times = instants(LENGTH, 300_000).map((time) => time.replace('T', ' '));
    place('data/real/a.csv', csv(['timestamp', 'value'], ...rows(1).map((row, i) => [times[i] ?? '', ...row])));
    place(
      'labels/combined_windows.json',
      JSON.stringify({ 'real/a.csv': [[`${times[TROUBLE]}.000000`, `${times[TROUBLE + 15]}.000000`]] }),
    );
  },
  servers: () => {
    place('one/m_train.csv.gz', csv(...rows(3, { trouble: LENGTH })));
    place('one/m_test.csv.gz', csv(...rows(3)));
    place('one/m_test_label.csv', csv(...labels().map((label) => [label])));
  },
  services: () => {
    place('set/train/s.csv', csv(...rows(3, { trouble: LENGTH })));
    place('set/test/s.csv.gz', csv(...rows(3)));
    place('set/test_label/s.csv', csv(...labels().map((label) => [label])));
  },
  faults: () => {
    const times = instants(2 * LENGTH, 60_000).map((time) => `${time}Z`);
    const head = ['time', 'cpu', 'memory', 'sockets'];
    place('normal/pod-web.csv.gz', csv(head, ...rows(3, { trouble: LENGTH }).map((row, i) => [times[i] ?? '', ...row])));
    place('chaos/pod-web.csv.gz', csv(head, ...rows(3).map((row, i) => [times[LENGTH + i] ?? '', ...row])));
    place('chaos-events.csv', csv(['time', 'duration_s', 'target'], [times[LENGTH + TROUBLE] ?? '', 120, 'web']));
  },
} satisfies Record<string, () => void>;

/** As a task is called, with a processor that takes a second for everything. */
async function findings(limit?: number) {
  let now = 0;
  const told: string[] = [];
  const found = await anomaly.evaluate({
    dataDir,
    limit,
    newRandom: () => () => 0.5,
    cpuMs: () => (now += 1000),
    onProgress: ({ name, number, of }) => told.push(`${number}/${of} ${name}`),
  });
  return { ...found, told };
}

describe('eval anomaly', () => {
  it.each(Object.keys(made))('knows the layout %s by what lies in the folder, and finds what is plain to see', async (layout) => {
    for (const [name, prepare] of Object.entries(made)) if (name === layout) prepare();
    const { configuration, metrics, baselines, verdict } = await findings();
    expect(configuration).toMatchObject({ layout });
    expect(metrics).toMatchObject({ eventF1: 1, falseAlarmsPerDay: 0 });
    expect(verdict).toBe('skill');
    expect(Object.keys(baselines).length).toBeGreaterThan(1);
    if (layout === 'nab') expect(metrics.nab).toBeGreaterThan(50);
  });

  it('gives an interval for each figure, the halves, all constants, and says how far it is', async () => {
    made.kpi();
    const { metrics, interval95, parts = {}, configuration, told } = await findings();
    expect(Object.keys(interval95)).toEqual(Object.keys(metrics));
    expect(Object.keys(parts).length).toBe(1);
    expect(configuration).toMatchObject({
      'spike-dip': { thresholds: { usual: { floor: 7 } } },
      'multi-metric': { budget: { falseAlarmsPerDay: 1 } },
    });
    expect(told).toEqual(['1/1 a']);
  });

  it('holds the false alarms of a healthy week against the budget, for all metrics together and for each', async () => {
    made.faults();
    const { parts = {}, evidence = [] } = await findings();
    expect(Object.keys(parts)).toEqual(['healthy, multi-metric', 'healthy, spike-dip']);
    expect(evidence.filter((line) => /healthy series: 0\.00 .* budget 1: met$/.test(line))).toHaveLength(2);
  });

  it('says that there is no skill in noise', async () => {
    const events = ['Normal', 'Error', 'Warning'];
    const table = Array.from({ length: 3_000 }, (_, i) => [
      `2024-01-01 00:00`,
      `pod_${i}`,
      random(),
      random(),
      events[Math.floor(random() * 3)] ?? '',
    ]);
    place('pods_metrics.csv', csv(['timestamp', 'pod_name', 'cpu', 'memory', 'event_type'], ...table));
    const { verdict, evidence } = await findings();
    expect(verdict).toBe('no skill');
    expect(evidence?.join('\n')).toMatch(/95 % interval 0\.4.* to 0\.5[\s\S]*autocorrelation/);
  });

  it.each([
    ['a folder that nobody knows', () => place('readme', ''), /there are no labelled series that I know/],
    [
      'a series without its file',
      () => place('meta.json', '{"a":{"n_train":1,"interval_s":60,"start_ts":0}}'),
      /a\.csv: there is no such file/,
    ],
    ['a broken table of contents', () => place('meta.json', '{"a":{}}'), /meta\.json: .*expected number/s],
    [
      'labels of another length',
      () => {
        made.servers();
        place('one/m_test_label.csv', '0\n');
      },
      /m: test has 1000 rows, and its labels 1/,
    ],
    ['rows that are too short', () => place('a.csv', 'TimeStamp,Value,Label\n2024-01-01 00:00:00,1\n'), /row 2 has 2 fields instead of 3/],
    ['a time that is none', () => place('a.csv', 'TimeStamp,Value,Label\nnow,1,0\n'), /row 2 has no instant in TimeStamp/],
  ])('refuses %s as wrong usage, and says where and what', async (_name, prepare, message) => {
    prepare();
    await expect(findings()).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringMatching(message) });
  });
});
