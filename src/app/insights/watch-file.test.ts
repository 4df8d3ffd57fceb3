import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { PodInsights } from './insight.ts';
import { watchFile } from './watch-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubemend-watch-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

type Cells = Readonly<Record<string, string | number>>;
const columns = [
  ...['timestamp', 'namespace', 'pod', 'pod_uid', 'node', 'cpu_cores', 'memory_bytes', 'memory_limit_share', 'cpu_throttled_share'],
  ...['network_drops_per_second', 'restarts', 'ready_containers', 'total_containers', 'phase', 'reason', 'warning_events'],
];
const healthy = { namespace: 'shop', pod: 'cart', node: 'n1', restarts: 0, ready_containers: 1, total_containers: 1, phase: 'Running' };
const START = Date.parse('2026-11-21T12:00:00Z');

/** The insights of a file with a row every half minute, oldest first. */
async function insightsOf(rows: readonly Cells[], alertThreshold = 0.7) {
  const lines = rows.map((row, n) => {
    const cells: Cells = { timestamp: new Date(START + n * 30_000).toISOString(), ...healthy, ...row };
    return columns.map((column) => cells[column] ?? '').join(',');
  });
  const inputFile = join(directory, 'pods.csv');
  const outputFile = join(directory, 'insights.json');
  writeFileSync(inputFile, [columns.join(','), ...lines, ''].join('\n'));
  const parts = { inputFile, outputFile, alertThreshold, watchIntervalMs: 30_000, clock: fakeClock(START), onLook: () => {} };
  await watchFile(parts, new AbortController().signal, 1);
  return PodInsights.parse(JSON.parse(readFileSync(outputFile, 'utf8')));
}

const anomalies = async (rows: readonly Cells[]) =>
  (await insightsOf(rows)).insights.map(({ anomaly, alert }) => `${anomaly}${alert ? '!' : ''}`);
const times = (count: number, row: (n: number) => Cells) => Array.from({ length: count }, (_, n) => row(n));

describe('what a file of figures shows', () => {
  it.each<readonly [name: string, rows: readonly Cells[], anomalies: readonly string[]]>([
    ['a crash loop', times(6, (n) => ({ restarts: n, reason: n > 0 ? 'CrashLoopBackOff' : '' })), ['crash-loop!']],
    ['a kill for memory', times(3, (n) => ({ restarts: n, reason: n > 0 ? 'OOMKilled' : '' })), ['oom!']],
    ['an old kill for memory, which alerts no more', times(30, () => ({ restarts: 1, reason: 'OOMKilled' })), ['oom']],
    ['a leak that reaches the limit', times(20, (n) => ({ memory_limit_share: 0.6 + n * 0.015 })), ['resource-exhaustion!']],
    ['a throttled container', times(6, () => ({ cpu_throttled_share: 0.5 })), ['resource-exhaustion!']],
    ['lost packets', times(20, (n) => ({ network_drops_per_second: n > 15 ? 3 : 0 })), ['network!']],
    ['a container that is not ready', times(8, () => ({ ready_containers: 0 })), ['partial-failure!']],
    ['a pod that no node takes', times(8, () => ({ phase: 'Pending', node: '', ready_containers: 0 })), ['scheduling!']],
    ['an image that cannot be pulled', times(2, () => ({ phase: 'Pending', reason: 'ImagePullBackOff' })), ['config!']],
    ['an intended end', times(4, () => ({ phase: 'Succeeded', reason: 'Completed', ready_containers: 0 })), ['intentional-exit']],
    ['a sudden use of CPU', times(40, (n) => ({ cpu_cores: n > 36 ? 3 : 0.5 + (n % 3) * 0.01 })), ['unusual-use!']],
  ])('tells %s', async (_name, rows, expected) => {
    expect(await anomalies(rows)).toEqual(expected);
  });

  it.each<readonly [name: string, rows: readonly Cells[]]>([
    ['a healthy pod', times(60, (n) => ({ cpu_cores: 0.5 + (n % 5) * 0.02, memory_limit_share: 0.5, memory_bytes: 1e8 + (n % 7) * 1e5 }))],
    ['empty cells', times(60, () => ({}))],
    ['a pod that is being started', times(3, () => ({ phase: 'Pending', node: '', ready_containers: 0 }))],
    ['a single restart long ago', times(60, (n) => ({ restarts: n > 5 ? 1 : 0 }))],
    ['memory that is high and steady', times(60, () => ({ memory_limit_share: 0.85 }))],
    ['memory that sawtooths below its limit', times(60, (n) => ({ memory_limit_share: 0.4 + (n % 10) * 0.04 }))],
  ])('holds nothing against %s', async (_name, rows) => {
    expect(await anomalies(rows)).toEqual([]);
  });

  it('does not take pods of the same name for one: a successor starts anew', async () => {
    const rows = times(12, (n) => ({ pod_uid: n < 6 ? 'old' : 'new', restarts: n < 6 ? 40 : 0 }));
    expect(await anomalies(rows)).toEqual([]);
  });

  it('says what it rests on, how it went, and since when', async () => {
    const { insights } = await insightsOf(times(20, (n) => ({ memory_limit_share: 0.6 + n * 0.015, memory_bytes: 1e8 + n * 1e6 })));
    expect(insights[0]).toMatchObject({
      what: expect.stringMatching(/memory is at 89 % of its limit; at the pace of the last rows the limit is reached in \d min/),
      why: expect.arrayContaining(['memory_limit_share is 0.885']),
      lastSeenAt: START + 19 * 30_000,
      trends: { memory_bytes: { last: 119e6, changePerHour: expect.closeTo(1.2e8, -6) } },
    });
  });

  it('alerts from the given probability on', async () => {
    const rows = times(40, (n) => ({ cpu_cores: n > 36 ? 3 : 0.5 + (n % 3) * 0.01 }));
    expect((await insightsOf(rows, 0.95)).insights).toMatchObject([{ anomaly: 'unusual-use', alert: false }]);
  });

  it('tells rows that it cannot read, and goes on', async () => {
    const told: string[] = [];
    const inputFile = join(directory, 'pods.csv');
    writeFileSync(
      inputFile,
      'timestamp,namespace,pod,restarts\nnever,shop,cart,1\n2026-11-21T12:00:00Z,shop,,1\n2026-11-21T12:00:00Z,shop,cart,1\n',
    );
    const parts = {
      inputFile,
      outputFile: join(directory, 'out.json'),
      alertThreshold: 0.7,
      watchIntervalMs: 1_000,
      clock: fakeClock(START),
    };
    const last = await watchFile({ ...parts, onLook: (_insights, problems) => told.push(...problems) }, new AbortController().signal, 1);
    expect(told).toEqual(['the timestamp "never" is none: ISO 8601 or epoch seconds are read', 'a row names no pod']);
    expect(last).toMatchObject({ rowsRead: 3, pods: 1 });
  });
});
