import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { forecast } from './forecast.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kubemend-eval-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const STEPS = 90;
const names = ['web', 'cart', 'mail'];

/** Series that swing between two values in a way that twenty values show. */
const swing = (slot: number, step: number) => 50 + slot + ([0, 30, 30, 0, 5, 60][(step + slot) % 6] ?? 0);

function placeValues(file = 'use.csv.gz', valueAt = swing): void {
  const rows = names.flatMap((name, slot) =>
    Array.from({ length: STEPS }, (_, step) => `${name},${1_000 + step * 57},${valueAt(slot, step)}`),
  );
  writeFileSync(join(dataDir, file), gzipSync(['pod,t,value', ...rows, ''].join('\n')));
}

function placeRows(file: string, folder = ''): void {
  mkdirSync(join(dataDir, folder), { recursive: true });
  const head = ['vm', ...Array.from({ length: STEPS }, (_, step) => `t${step}`)].join(',');
  const rows = names.map((name, slot) => [name, ...Array.from({ length: STEPS }, (_, step) => swing(slot, step))].join(','));
  writeFileSync(join(dataDir, folder, file), [head, ...rows, ''].join('\n'));
}

function found(limit?: number) {
  let now = 0;
  return forecast.evaluate({ dataDir, limit, newRandom: () => createRandom(1), cpuMs: () => (now += 1), onProgress: () => {} });
}

describe('eval forecast', () => {
  it('scores each set, ours and the baselines, with an interval for each figure', async () => {
    placeValues();
    placeRows('day.csv');
    const { cases, metrics, interval95, baselines } = await found();
    expect(cases.map(({ name }) => name)).toEqual(['use', 'day']);
    expect(Object.keys(interval95)).toEqual(Object.keys(metrics));
    expect(baselines['last value']?.metrics.relMAE).toBe(1);
    expect(Object.keys(baselines)).toContain('boosting on lags');
    expect(metrics.relMAE).toBeCloseTo(Math.sqrt((cases[0]?.metrics.relMAE ?? 0) * (cases[1]?.metrics.relMAE ?? 0)), 9);
  });

  it('has a row of its own for saturation: planted climbs are told ahead by ours, and by the threshold never', async () => {
    placeValues('use.csv.gz', (slot, step) => 50 + slot + 0.2 * Math.sin(step * 1.7 + slot));
    const { parts = {} } = await found();
    expect(Object.keys(parts)).toContain('saturation planted, use: straight line');
    expect(parts['saturation planted, use: kubemend']).toMatchObject({
      metrics: { recall: 1, falseAlarmsPerDay: 0 },
      interval95: { recall: [1, 1] },
    });
    expect(parts['saturation planted, use: kubemend']?.metrics.foretold).toBeGreaterThan(0.3);
    expect(parts['saturation planted, use: threshold']?.metrics.foretold).toBe(0);
  });

  it('sees no skill in values that do not depend on what was before', async () => {
    const random = createRandom(7);
    placeValues('noise.csv.gz', () => random());
    const { verdict, metrics } = await found();
    expect(verdict).toBe('no skill');
    expect(metrics.overSimple).toBeGreaterThan(0.99);
  });

  it('reads a table of rows that hold a pod once each as one series per column, and says so', async () => {
    const random = createRandom(7);
    const rows = Array.from({ length: STEPS }, (_, row) => `01/01/2023 00:00,pod_${row},dev,${random()},${random()}`);
    writeFileSync(join(dataDir, 'table.csv'), ['timestamp,pod_name,namespace,cpu,memory', ...rows, ''].join('\n'));
    const { verdict, evidence } = await found();
    expect(verdict).toBe('no skill');
    expect(evidence?.[0]).toContain('90 rows are of 90 pods');
  });

  it('takes all days of a folder for one set, and all folders of a folder', async () => {
    placeRows('1.csv', 'days');
    placeRows('2.csv', 'days');
    expect((await found(2)).cases.map(({ name }) => name)).toEqual(['1']);
  });

  it('leaves out windows in which a value is missing, and series that never change', async () => {
    placeValues('use.csv.gz', (slot, step) => (slot === 0 ? 5 : swing(slot, step)));
    const whole = await found();
    placeValues('use.csv.gz', (slot, step) => (slot === 0 ? 5 : step === 40 ? Number.NaN : swing(slot, step)));
    expect((await found()).metrics.windowsPerSecond).toBeLessThan(whole.metrics.windowsPerSecond ?? 0);
  });

  it('refuses a folder without series, and says what it wants', async () => {
    writeFileSync(join(dataDir, 'other.csv'), 'a,b\n1,2\n');
    await expect(found()).rejects.toMatchObject({
      code: 'bad-usage',
      message: expect.stringMatching(/there are no series; put a CSV file/),
    });
  });
});
