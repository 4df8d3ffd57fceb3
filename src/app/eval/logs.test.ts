import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logs } from './logs.ts';
import { runEvaluation } from './run-evaluation.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kubemend-eval-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** A log as Loghub-2k has it: `content -> template` by line. */
function place(system: string, lines: readonly string[], { isZipped = true } = {}): void {
  mkdirSync(join(dataDir, system));
  const rows = lines.map((line, n) => [n + 1, ...line.split(' -> ').map((text) => `"${text.replaceAll('"', '""')}"`)].join(','));
  const csv = ['LineId,Content,EventTemplate', ...rows, ''].join('\n');
  const file = join(dataDir, system, `${system}_2k.log_structured_corrected.csv`);
  writeFileSync(isZipped ? `${file}.gz` : file, isZipped ? gzipSync(csv) : csv);
}

function placeTwo(): void {
  place('Kubelet', ['took 3 ms -> took <*> ms', 'took 4 ms -> took <*> ms', 'pod is gone, "now" -> pod is gone, "now"']);
  place('Web', ['user ann in -> user <*> in', 'user bob in -> user <*> in', 'up -> up', 'down -> down'], { isZipped: false });
  writeFileSync(join(dataDir, 'SOURCE.txt'), 'made');
}

/** As a task is called, with a processor that takes a second for everything. */
async function findings(limit?: number) {
  let now = 0;
  const told: string[] = [];
  const found = await logs.evaluate({
    dataDir,
    limit,
    newRandom: () => () => 0.5,
    cpuMs: () => (now += 1000),
    onProgress: ({ name, number, of }) => told.push(`${number}/${of} ${name}`),
  });
  return { ...found, told };
}

describe('eval logs', () => {
  it('scores each system, and counts systems alike in the sum', async () => {
    placeTwo();
    const { cases, metrics, told } = await findings();
    expect(cases.map(({ name, metrics: { GA, PA } }) => ({ name, GA, PA }))).toEqual([
      { name: 'Kubelet', GA: 1, PA: 1 },
      { name: 'Web', GA: 0.5, PA: 0.5 },
    ]);
    expect(metrics).toMatchObject({ GA: 0.75, PA: 0.75, FTA: (1 + 4 / 7) / 2 });
    expect(told).toEqual(['1/2 Kubelet', '2/2 Web']);
  });

  it('gives the baselines of the same lines, an interval for each figure, and all constants', async () => {
    placeTwo();
    const { metrics, interval95, baselines, configuration, cases } = await findings();
    expect(Object.keys(metrics)).toEqual(['GA', 'FGA', 'PA', 'FTA', 'linesPerSecond']);
    for (const summary of [{ metrics, interval95 }, ...Object.values(baselines)])
      expect(Object.keys(summary.interval95)).toEqual(Object.keys(metrics));
    expect(Object.keys(baselines)).toEqual(['digit-mask', 'drain']);
    expect(cases[0]?.baselines['digit-mask']).toMatchObject({ GA: 1, FGA: 1 });
    expect(configuration).toMatchObject({ kubemend: { names: 3 }, drain: { depth: 4, similarity: 0.4 } });
  });

  it('gives the pace by processor time', async () => {
    placeTwo();
    const { cases, metrics } = await findings();
    expect(cases.map((one) => one.metrics.linesPerSecond)).toEqual([3, 4]);
    expect(metrics.linesPerSecond).toBe(Math.round(7 / 2));
  });

  it('looks at the first systems only when it is told so', async () => {
    placeTwo();
    expect((await findings(1)).cases.map(({ name }) => name)).toEqual(['Kubelet']);
  });

  it('gives the same figures twice, but for the pace', async () => {
    placeTwo();
    const [one, other] = [await runEvaluation({ task: 'logs', dataDir }), await runEvaluation({ task: 'logs', dataDir })];
    const { linesPerSecond: _pace, ...bounds } = one.interval95;
    expect(other.interval95).toMatchObject(bounds);
    expect(other.seconds).toBeGreaterThan(0);
  });

  it.each([
    ['a folder without any log', () => writeFileSync(join(dataDir, 'readme'), ''), /there is no folder NAME with NAME_2k/],
    [
      'a log without labels',
      () => {
        placeTwo();
        mkdirSync(join(dataDir, 'Raw'));
        writeFileSync(join(dataDir, 'Raw', 'Raw_2k.log'), 'line\n');
      },
      /Raw: there is a log without its labels; put Raw_2k/,
    ],
    ['labels without rows', () => place('Empty', []), /Empty_2k.*there are no rows in it/],
    [
      'labels without the template',
      () => {
        mkdirSync(join(dataDir, 'Odd'));
        writeFileSync(join(dataDir, 'Odd', 'Odd_2k.log_structured_corrected.csv'), 'Content,Other\na,b\n');
      },
      /there is no column EventTemplate/,
    ],
    [
      'labels that are not zipped as their name says',
      () => {
        mkdirSync(join(dataDir, 'Bad'));
        writeFileSync(join(dataDir, 'Bad', 'Bad_2k.log_structured_corrected.csv.gz'), 'Content');
      },
      /Bad_2k.*header/,
    ],
  ])('refuses %s as wrong usage, and says where and what', async (_name, prepare, message) => {
    prepare();
    await expect(findings()).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringMatching(message) });
  });

  it('refuses sequences of event numbers in words of their own', async () => {
    mkdirSync(join(dataDir, 'openstack'));
    writeFileSync(join(dataDir, 'openstack', 'openstack_train'), 'a,1 2 3');
    await expect(findings()).rejects.toThrow('sequences of event numbers without the text of lines');
  });
});

describe('eval logs, of pods with faults', () => {
  const FIRST = Date.parse('2026-01-01T08:00:00Z');
  const header = 'Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log';

  /** Twenty minutes of three pods; in the last but two one of them writes an error. */
  function placeFaults({ torn = '' } = {}): void {
    const day = join(dataDir, 'rca_data', '2026-01-01');
    mkdirSync(join(day, 'log'), { recursive: true });
    const rows: string[] = [];
    for (let minute = 0; minute < 20; minute += 1)
      for (const pod of ['cart', 'till', 'shelf'])
        for (let n = 0; n < 10; n += 1) {
          const text = pod === 'till' && minute >= 17 && n === 5 ? 'ERROR no money in drawer' : `INFO took request ${n}`;
          const log = JSON.stringify({ log: `${text}\n` }).replaceAll('"', '""');
          rows.push(`,${FIRST + minute * 60_000 + n * 6_000}000000,node,${pod},server,,,"${log}"`);
        }
    writeFileSync(join(day, 'log', '08_log.csv.gz'), gzipSync([header, ...rows, torn, ''].join('\n')));
    const fault = { inject_time: '2026-01-01 08:17:00', inject_pod: 'till', inject_type: 'exception' };
    writeFileSync(join(day, '2026-01-01-fault_list.json'), JSON.stringify({ '08': [fault] }));
  }

  it('says how many faults were named by pod, how many other pods, and how many alarms came before', async () => {
    placeFaults({ torn: 'torn,"{""log"":' });
    const found = await findings();
    expect(found.metrics).toEqual({ f1: 1, recall: 1, precision: 1, falseAlarmsPerPodDay: 0 });
    expect(found.cases.map(({ name }) => name)).toEqual(['1 exception till']);
    expect(found.baselines['error-words-3-sigma']?.metrics).toMatchObject({ recall: 1 });
    expect(found.parts).toMatchObject({
      'new-log-template': { metrics: { recall: 1 } },
      'vanished-log-template': { metrics: { recall: 0 } },
    });
  });

  it('refuses a folder without days, and a file of another form', async () => {
    mkdirSync(join(dataDir, 'rca_data'));
    await expect(findings()).rejects.toThrow('there is no folder DAY with a folder log');
    placeFaults();
    writeFileSync(join(dataDir, 'rca_data', '2026-01-01', 'log', 'other.csv'), 'a,b');
    await expect(findings()).rejects.toThrow(/other\.csv: its first line is not Timestamp,/);
  });
});
