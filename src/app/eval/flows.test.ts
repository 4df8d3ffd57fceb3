import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { flows } from './flows.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kubemend-eval-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const place = (name: string, lines: readonly string[]) =>
  writeFileSync(join(dataDir, name), name.endsWith('.gz') ? gzipSync(lines.join('\n')) : lines.join('\n'));

const COLUMNS =
  'Flow ID,Src IP,Src Port,Dst IP,Dst Port,Protocol,Timestamp,Flow Duration,Total Fwd Packet,Total Bwd packets,Total Length of Fwd Packet,' +
  'Total Length of Bwd Packet,Fwd Header Length,Bwd Header Length,FIN Flag Count,SYN Flag Count,RST Flag Count,ACK Flag Count,Bwd RST Flags,Label';

/** A row as CICFlowMeter writes it. */
function row(day: number, n: number, kind: string): string {
  const time = `2017-07-0${day} ${String(9 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:01.5`;
  const size = 200 + ((n * 37) % 900);
  if (kind === 'DoS Hulk' || kind === 'DDoS')
    return `x,172.16.0.1,${4_000 + n},h1,80,6,${time},9000000,3,0,${size % 9},0,60,0,0,2,0,2,0,${kind}`;
  if (kind === 'PortScan') return `x,172.16.0.9,${40_000 + n},h1,${n + 1},6,2017-07-0${day} 20:00:01.5,40,1,1,0,0,24,20,0,1,1,1,1,${kind}`;
  return `x,h${n % 7},${50_000 + n},web,443,6,${time},900000,8,9,${size},${9 * size},200,220,2,2,0,15,0,${kind}`;
}
const day = (number: number, kind: string, count: number) => Array.from({ length: count }, (_, n) => row(number, n, kind));

/** As a task is called. */
async function findings(limit?: number) {
  let now = 0;
  const told: string[] = [];
  const input = { dataDir, limit, newRandom: () => createRandom(1), cpuMs: () => (now += 10) };
  const found = await flows.evaluate({ ...input, onProgress: ({ name, number, of }) => told.push(`${number}/${of} ${name}`) });
  return { ...found, told };
}

/** A row of KDD Cup 1999: an echo flood, or a page that was asked for. */
const kdd = (n: number, label: string) => {
  const isFlood = label.startsWith('smurf');
  const head = isFlood
    ? ['0', 'icmp', 'ecr_i', 'SF', String(1_032 + (n % 7)), '0']
    : ['0', 'tcp', 'http', 'SF', String(200 + n), String(5_000 + n)];
  const rest = Array.from({ length: 35 }, (_, k) => (k === 16 ? String(isFlood ? 400 + n : n % 5) : '0'));
  return [...head, ...rest, label].join();
};

describe('eval flows', () => {
  it('learns from the days before the last one, and finds by windows what no day has taught', async () => {
    place('mon-thu.csv.gz', [COLUMNS, ...day(3, 'BENIGN', 200), ...day(5, 'DoS Hulk', 200), ...day(5, 'BENIGN', 200)]);
    place('friday.csv', [COLUMNS, ...day(7, 'DDoS', 150), ...day(7, 'BENIGN', 200), ...day(7, 'PortScan', 100), ...day(7, 'Botnet', 5)]);
    const { metrics, baselines, configuration, cases, told } = await findings();
    expect(told).toEqual(['1/2 friday.csv', '2/2 mon-thu.csv.gz']);
    expect(configuration.split).toMatchObject({ trained: ['2017-07-03', '2017-07-05'], tested: '2017-07-07', leftOut: { Botnet: 5 } });
    expect(metrics).toMatchObject({ macroF1: 1, falsePer10kBenign: 0, 'F1 port scan': 1 });
    expect(baselines['classifier-alone']?.metrics).toMatchObject({ 'F1 port scan': 0 });
    expect(Object.keys(baselines)).toEqual(['classifier-alone', 'majority', 'logistic', 'tree', 'gbdt']);
    expect(cases.map(({ name, metrics: { flows: count, right } }) => [name, count, right])).toEqual([
      ['BENIGN', 200, 1],
      ['DDoS', 150, 1],
      ['PortScan', 100, 1],
    ]);
  });

  it('withholds from the classifier who it was and when', async () => {
    place('a.csv', [COLUMNS, ...day(3, 'BENIGN', 60), ...day(4, 'BENIGN', 60)]);
    const { split } = (await findings()).configuration;
    const columns = COLUMNS.split(',');
    const withheld = ['Flow ID', 'Src IP', 'Src Port', 'Dst IP', 'Timestamp', 'Label'];
    expect(split).toMatchObject({ figures: columns.filter((column) => !withheld.includes(column)) });
  });

  it('learns from the first records of KDD Cup 1999 and counts equal ones once', async () => {
    const records = Array.from({ length: 200 }, (_, n) => kdd(n, n % 4 === 0 ? 'smurf.' : 'normal.'));
    place('kddcup.data.gz', [...records, ...records]);
    const { metrics, cases } = await findings();
    expect(metrics).toMatchObject({ 'F1 icmp flood': 1, macroF1: 1 });
    expect(cases.reduce((sum, one) => sum + (one.metrics.flows ?? 0), 0)).toBe(80);
  });

  it('tells a file of tests beside one to learn from, in the five classes of NSL-KDD', async () => {
    place(
      'KDDTrain+.txt',
      Array.from({ length: 200 }, (_, n) => `${kdd(n, n % 4 === 0 ? 'smurf' : 'normal')},20`),
    );
    place(
      'KDDTest+.txt',
      Array.from({ length: 40 }, (_, n) => `${kdd(n + 7, n % 4 === 0 ? 'smurf' : 'normal')},20`),
    );
    const { metrics, configuration } = await findings();
    expect(metrics).toMatchObject({ 'F1 dos': 1, 'F1 normal': 1 });
    expect(configuration.split).toMatchObject({ trained: ['KDDTrain+.txt'], tested: ['KDDTest+.txt'] });
  });

  it('learns what is usual in a cluster from the first half of its benign flows, and looks for planted attacks in the other', async () => {
    place('benign.csv', [COLUMNS, ...day(3, '0', 400)]);
    place('probing.csv', [COLUMNS, ...day(4, 'PortScan', 100).map((line) => line.replace('PortScan', '2'))]);
    const { metrics, baselines, cases } = await findings();
    expect(metrics).toEqual({ benignFlagged: 0, falsePer10kBenign: 0, plantedFound: 1 });
    expect(Object.keys(baselines)).toEqual(['without-learning', 'bytes-rule']);
    expect(cases).toEqual([expect.objectContaining({ name: 'scenario 2', metrics: { flows: 100, flagged: 1 } })]);
  });

  it.each([
    ['nothing of the kind', () => place('SOURCE.txt', ['made']), 'there is no file with flows in it'],
    [
      'two data sets at once',
      () => [place('a.csv', [COLUMNS, ...day(3, 'BENIGN', 2)]), place('b.txt', [kdd(1, 'normal.')])],
      'a folder of its own',
    ],
    ['a single day', () => place('a.csv', [COLUMNS, ...day(3, 'BENIGN', 9)]), 'all flows are of 2017-07-03'],
    ['a broken row', () => place('a.csv', [COLUMNS, 'x,y']), 'row 1 has 2 fields instead of 20'],
    ['tests alone', () => place('KDDTest+.txt', [`${kdd(1, 'normal')},20`]), 'only ones to tell'],
    ['too few flows of a cluster', () => place('a.csv', [COLUMNS, ...day(3, '0', 20)]), 'there are 20 benign flows'],
  ])('says what is wrong with %s', async (_name, make, message) => {
    make();
    await expect(findings()).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringContaining(message) });
  });

  it('gives the same figures twice', async () => {
    place('a.csv', [COLUMNS, ...day(3, 'BENIGN', 60), ...day(4, 'BENIGN', 30), ...day(3, 'DoS Hulk', 60), ...day(4, 'DoS Hulk', 30)]);
    expect((await findings()).interval95).toEqual((await findings()).interval95);
  });
});
