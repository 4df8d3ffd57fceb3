import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { byScore, rocArea } from './pod-failure/roc-area.ts';
import { podFailure } from './pod-failure.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kubemend-eval-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function place(file: string, head: string, rowOf: (row: number, random: () => number) => readonly (string | number)[]): void {
  const random = createRandom(3);
  const rows = Array.from({ length: 900 }, (_, row) => rowOf(row, random).join(','));
  writeFileSync(join(dataDir, file), [head, ...rows, ''].join('\n'));
}

function found() {
  return podFailure.evaluate({ dataDir, limit: undefined, newRandom: () => createRandom(1), cpuMs: () => 0, onProgress: () => {} });
}

describe('eval pod-failure', () => {
  it('names a label that is a threshold of its own row, and sees no skill in the rows before', async () => {
    place('made.csv', 'Timestamp,cpu_usage,disk_io,failure_type', (row, random) => {
      const cpu = random();
      return [new Date(row * 60_000).toISOString(), cpu, random(), cpu > 0.7 ? 'Crash' : 'NoFailure'];
    });
    const { verdict, evidence = [] } = await found();
    expect(verdict).toBe('no skill');
    expect(evidence.find((one) => one.includes('leak'))).toMatch(/AUC 1\.000 from cpu_usage\)/);
  });

  it('sees no skill in noise, and no leak', async () => {
    place('noise.csv', 'timestamp,pod_name,cpu,memory,event_type', (row, random) => [
      row,
      `pod_${row}`,
      random(),
      random(),
      random() < 0.5 ? 'Error' : 'Normal',
    ]);
    const { verdict, evidence } = await found();
    expect(verdict).toBe('no skill');
    expect(evidence?.join()).not.toContain('leak');
  });

  it('sees skill where two columns together tell the end long before it, better than rows with the same ones', async () => {
    place('pods.csv', 'name,cpu_milli,memory_mib,pod_phase,creation_time,deletion_time', (row, random) => {
      const [cpu, memory] = [Math.floor(random() * 1_000), Math.floor(random() * 1_000)];
      return [`pod-${row}`, cpu, memory, cpu > memory ? 'Failed' : 'Succeeded', row * 10, row * 10 + 300];
    });
    const { verdict, evidence, metrics } = await found();
    expect(verdict).toBe('skill');
    expect(metrics.AUC).toBeGreaterThan(0.95);
    expect(evidence?.join('\n')).toMatch(/300 s later or more[\s\S]*left out deletion_time/);
  });

  it('refuses a folder without a table of failures', async () => {
    writeFileSync(join(dataDir, 'other.csv'), 'a,b\n1,2\n');
    await expect(found()).rejects.toMatchObject({ code: 'bad-usage', message: expect.stringContaining('there is no table of failures') });
  });
});

it.each([
  ['1 when all failed ones score higher', [1, 2, 3, 4], [0, 0, 1, 1], 1],
  ['0 when they score lower', [4, 3, 2, 1], [0, 0, 1, 1], 0],
  ['a half when all score alike', [5, 5, 5, 5], [0, 1, 0, 1], 0.5],
  ['the share of right pairs', [1, 2, 3, 4], [0, 1, 0, 1], 0.75],
  ['NaN without a failed one', [1, 2], [0, 0], Number.NaN],
])('the area under the curve is %s', (...[, scores, labels, area]) => {
  expect(rocArea(byScore(scores, labels))).toBe(area);
});
