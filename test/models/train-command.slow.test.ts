import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/simulator/random.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const hidden = join(import.meta.dirname, 'hide-onnx.mjs');
const dir = mkdtempSync(join(tmpdir(), 'kubemend-train-'));
const path = (name: string) => join(dir, name);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function kubemend(args: readonly string[], node: readonly string[] = []): Promise<Told> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...node, main, ...args], (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });
}

/** Pods by the minute, each with a series of its own. */
function csvOf(valueAt: (minute: number, pod: number) => readonly [number, number], minutes = 160): string {
  const rows = Array.from({ length: minutes * 10 }, (_, n) => {
    const [minute, pod] = [Math.floor(n / 10), n % 10];
    return [new Date(1_767_225_600_000 + minute * 60_000).toISOString(), 'shop', `cart-${pod}`, ...valueAt(minute, pod)].join(',');
  });
  return ['timestamp,namespace,pod,cpu,memory', ...rows, ''].join('\n');
}

beforeAll(() => {
  const random = createRandom(9);
  const wave = (minute: number, pod: number) => 10 + pod + 5 * Math.sin(minute / 5 + pod) + 0.3 * (random() - 0.5);
  writeFileSync(
    path('waves.csv'),
    csvOf((minute, pod) => [wave(minute, pod), 3 * wave(minute + 2, pod)]),
  );
  writeFileSync(
    path('noise.csv'),
    csvOf(() => [random(), random()]),
  );
  writeFileSync(
    path('spike.csv'),
    csvOf((minute, pod) => [minute === 140 && pod === 3 ? 90 : wave(minute, pod), 3 * wave(minute + 2, pod)]),
  );
});

const train = (task: string, input: string, ...more: readonly string[]) =>
  kubemend([
    'train',
    '--task',
    task,
    '--input',
    path(`${input}.csv`),
    '--output',
    path(`${task}-${input}`),
    '--model',
    'tcn',
    '--epochs',
    '6',
    '--json',
    ...more,
  ]);

describe('a model of series that can be foreseen', { timeout: 180_000 }, () => {
  it('has skill, is written with its plot, and forecasts with intervals', async () => {
    const trained = await train('forecast', 'waves');
    expect(trained).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(trained.out)).toMatchObject({ skill: { use: true }, series: 10, features: ['cpu', 'memory'] });
    expect(readFileSync(path('forecast-waves/loss.png')).subarray(1, 4).toString()).toBe('PNG');
    const told = await kubemend([
      'forecast',
      '--model',
      path('forecast-waves'),
      '--input',
      path('waves.csv'),
      '--output',
      path('next.csv'),
      '--json',
    ]);
    expect(told).toMatchObject({ code: 0, err: '' });
    const { points, coverage } = JSON.parse(told.out);
    expect(points).toHaveLength(10 * 5 * 2);
    expect(points[0]).toMatchObject({ series: 'shop/cart-0', feature: 'cpu', at: 1_767_225_600_000 + 160 * 60_000 });
    for (const { point, lower, upper } of points) expect(lower < point && point < upper).toBe(true);
    expect(coverage).toBeGreaterThan(0.7);
    expect(coverage).toBeLessThan(0.9);
    expect(readFileSync(path('next.csv'), 'utf8').split('\n')[0]).toBe('timestamp,series,feature,point,lower,upper');
  });

  it('finds the row that does not fit, draws it, and says how rare that is', async () => {
    expect(await train('anomaly', 'waves', '--false-alarms', '0.01')).toMatchObject({ code: 0 });
    const told = await kubemend([
      'detect',
      '--model',
      path('anomaly-waves'),
      '--input',
      path('spike.csv'),
      '--plot',
      path('found.png'),
      '--json',
    ]);
    expect(told).toMatchObject({ code: 0, err: '' });
    const { anomalies } = JSON.parse(told.out);
    expect(anomalies[0]).toMatchObject({ series: 'shop/cart-3', feature: 'cpu', worst: { value: 90 } });
    expect(anomalies[0].healthyShare).toBeLessThan(1e-4);
    expect(existsSync(path('found.png'))).toBe(true);
  });
});

describe('a model of noise', { timeout: 180_000 }, () => {
  it.each(['forecast', 'anomaly'])('for %s has no skill, which is an answer, and nothing uses it', async (task) => {
    const trained = await train(task, 'noise');
    expect(trained).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(trained.out)).toMatchObject({
      skill: { use: false, verdict: expect.stringMatching(/^no skill: it does not surely beat/) },
    });
    const use = task === 'forecast' ? 'forecast' : 'detect';
    const told = await kubemend([use, '--model', path(`${task}-noise`), '--input', path('noise.csv')]);
    expect(told).toMatchObject({ code: 1, err: expect.stringMatching(/"use": false.*\[model-refused\]/) });
  });

  it('shows no anomalies without a model', async () => {
    const told = await kubemend(['detect', '--input', path('noise.csv')]);
    expect(told).toMatchObject({ code: 0, out: expect.stringMatching(/No anomalies in \d+ values of 10 series/) });
  });
});

describe('without onnxruntime-node', { timeout: 180_000 }, () => {
  const args = ['train', '--task', 'forecast', '--input', path('waves.csv'), '--output', path('hidden')];

  it('training says which package is missing', async () => {
    expect(await kubemend(args, ['--import', hidden])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/onnxruntime-node.*\[package-missing\]/),
    });
    expect(existsSync(path('hidden'))).toBe(false);
  });

  it('what needs no model works', async () => {
    const told = await kubemend(['detect', '--input', path('spike.csv'), '--json'], ['--import', hidden]);
    expect(told).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(told.out)).toMatchObject({ by: 'median', series: 10 });
  });
});

it('a task that is not known is wrong usage', async () => {
  expect(await train('magic', 'waves')).toMatchObject({ code: 2 });
});
