import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Graph, type Value } from '../../learning/graphs/graph.ts';
import { createRandom } from '../../simulator/random.ts';
import { detectInFile } from './detect-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'kubemend-foreign-'));
const path = (name: string) => join(dir, name);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A model of windows of four rows of one feature. */
function model(name: string, width: number, answer: (graph: Graph, windows: Value) => Value): string {
  const graph = new Graph();
  graph.output(answer(graph, graph.input('windows', ['batch', 4, 1])), 'answer', ['batch', width]);
  writeFileSync(path(name), graph.bytes());
  return path(name);
}

/** Noise about 5, with one row at 90 in the newer half. */
function table(): string {
  const random = createRandom(4);
  const rows = Array.from({ length: 400 }, (_, n) => `${1_767_225_600 + n * 60},${n === 300 ? 90 : 5 + random()}`);
  writeFileSync(path('cpu.csv'), ['timestamp,cpu', ...rows, ''].join('\n'));
  return path('cpu.csv');
}

const flat = (graph: Graph, windows: Value) => graph.reshape(windows, [-1, 4]);

describe('a model file of somebody else', () => {
  it.each([
    ['a score', 1, (graph: Graph, windows: Value) => graph.mean(flat(graph, windows), 1, { isKept: true })],
    ['the window again', 4, (graph: Graph, windows: Value) => graph.add(graph.scale(flat(graph, windows), 0), graph.number(5.5))],
  ])('judges the newer half by what the older half shows, when it answers %s', async (_name, width, answer) => {
    const told = await detectInFile({ input: table(), model: model(`${width}.onnx`, width, answer), falseAlarmsPerDay: 0.1 });
    expect(told).toMatchObject({ by: 'file', falseAlarmsPerDay: 0.1, series: 1 });
    expect(told.anomalies).toHaveLength(1);
    expect(told.anomalies[0]).toMatchObject({ series: 'all', feature: 'cpu' });
    expect(told.anomalies[0]?.healthyShare).toBeLessThan(1e-4);
  });

  it('is given scaled values when a scaler lies beside it', async () => {
    const file = model('scaled.onnx', 1, (graph, windows) => graph.mean(flat(graph, windows), 1, { isKept: true }));
    writeFileSync(path('scaled.scaler.json'), JSON.stringify({ mean: [5], spread: [10] }));
    const told = await detectInFile({ input: table(), model: file, falseAlarmsPerDay: 0.1 });
    expect(told.threshold).toBeLessThan(0.5);
    writeFileSync(path('scaled.scaler.json'), JSON.stringify({ mean: [5, 6], spread: [10, 1] }));
    await expect(detectInFile({ input: table(), model: file, falseAlarmsPerDay: 0.1 })).rejects.toMatchObject({ code: 'model-refused' });
  });

  it.each([
    ['that is not there', () => path('none.onnx'), /cannot be read/],
    ['that is none', () => written('bad.onnx', Uint8Array.of(1)), /cannot load/],
    ['of other windows', () => written('two.onnx', wide()), /must be \[batch, window, 1\], for cpu/],
  ])('%s is refused, and the reason told', async (_name, file, message) => {
    await expect(detectInFile({ input: table(), model: file(), falseAlarmsPerDay: 0.1 })).rejects.toMatchObject({
      code: 'model-refused',
      message: expect.stringMatching(message),
    });
  });
});

function written(name: string, bytes: Uint8Array): string {
  writeFileSync(path(name), bytes);
  return path(name);
}

function wide(): Uint8Array {
  const graph = new Graph();
  graph.output(graph.mean(graph.reshape(graph.input('windows', ['batch', 4, 2]), [-1, 8]), 1, { isKept: true }), 'answer', ['batch', 1]);
  return graph.bytes();
}
