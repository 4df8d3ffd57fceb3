import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../learning/graphs/inference-graph.ts';
import { startParameters } from '../../learning/graphs/parameters.ts';
import { type SequenceSpec, specOf } from '../../learning/graphs/sequence-spec.ts';
import { createRandom } from '../../simulator/random.ts';
import { METADATA_VERSION, type Metadata, readArtefact, writeArtefact } from './artefact.ts';
import { fittingTable, openModel } from './open-model.ts';
import { noSkill } from './skill.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kubemend-model-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const metadata: Omit<Metadata, 'sha256'> = {
  format: 'kubemend-model',
  version: METADATA_VERSION,
  task: 'forecast',
  model: 'lstm',
  window: 3,
  horizon: 2,
  features: ['cpu'],
  stepMs: 60_000,
  scaler: { mean: [1], spread: [1], anchors: ['last'], gains: [1], bound: 8 },
  training: {
    from: 0,
    until: 1,
    heldOutFrom: 2,
    series: 1,
    windows: 3,
    skipped: {},
    seed: 1,
    losses: [{ training: 1, watching: 1 }],
    bestEpoch: 1,
  },
  skill: noSkill('no skill'),
  interval: { level: 0.8, widths: [1, 1], floor: 0.25, coverage: null },
};
const spec = specOf('lstm', { window: 3, features: 1, horizon: 2 });
const onnxOf = (of: SequenceSpec) => inferenceGraph(of, startParameters(of, createRandom(1)));

function edit(change: (json: Record<string, unknown>) => void): void {
  const file = join(dir, 'model.json');
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof json !== 'object' || json === null) throw new Error('no object');
  const copy = { ...json };
  change(copy);
  writeFileSync(file, JSON.stringify(copy));
}

const refusal = (message: RegExp) => expect.objectContaining({ code: 'model-refused', message: expect.stringMatching(message) });

describe('a model in a folder', () => {
  beforeEach(() => writeArtefact(dir, { onnx: onnxOf(spec), metadata }));

  it('comes back as it was written', () => {
    expect(readArtefact(dir).metadata).toMatchObject(metadata);
    expect(Buffer.from(readArtefact(dir).onnx).equals(Buffer.from(onnxOf(spec)))).toBe(true);
  });

  it.each<[string, () => void, RegExp]>([
    ['without its metadata', () => rmSync(join(dir, 'model.json')), /model\.json cannot be read/],
    ['without its model', () => rmSync(join(dir, 'model.onnx')), /model\.onnx cannot be read/],
    ['with metadata cut off', () => writeFileSync(join(dir, 'model.json'), '{"format":'), /model\.json is no JSON/],
    ['with metadata that lack something', () => edit((json) => delete json.scaler), /model\.json is damaged: .*scaler/],
    ['of a newer kubemend', () => edit((json) => (json.version = METADATA_VERSION + 1)), /of version 2, and this kubemend reads up to 1/],
    ['with another model', () => writeFileSync(join(dir, 'model.onnx'), onnxOf(specOf('lstm', { ...spec, window: 4 }))), /SHA-256/],
  ])('is refused %s, and says what is wrong', (_name, damage, message) => {
    damage();
    expect(() => readArtefact(dir)).toThrow(refusal(message));
  });

  it('is refused when the model takes other windows than the metadata say', async () => {
    writeArtefact(dir, { onnx: onnxOf(specOf('lstm', { ...spec, features: 2 })), metadata });
    await expect(openModel(dir)).rejects.toEqual(refusal(/takes \[batch,3,2\].*model\.json says windows of 3,1/));
  });

  it('is refused when the model is no ONNX', async () => {
    writeArtefact(dir, { onnx: Uint8Array.of(1, 2, 3), metadata });
    await expect(openModel(dir)).rejects.toEqual(refusal(/ONNX Runtime cannot load the model/));
  });
});

describe('a table for a model', () => {
  const table = {
    file: 'pods.csv',
    features: ['memory', 'cpu'],
    stepMs: 60_000,
    dropped: {},
    series: [{ name: 'a', at: Float64Array.of(0, 60_000), values: Float64Array.of(1, 2, 3, 4) }],
  };
  const known = { ...metadata, sha256: '' };

  it('is cut down to the columns that were learnt', () => {
    expect([...(fittingTable(known, table).series[0]?.values ?? [])]).toEqual([2, 4]);
  });

  it.each([
    ['lacks a column', { ...table, features: ['memory', 'disk'] }, /has no numbers in cpu/],
    ['has rows another time apart', { ...table, stepMs: 15_000 }, /learnt rows 60 s apart.* 15 s apart/],
  ])('that %s is refused', (_name, other, message) => {
    expect(() => fittingTable(known, other)).toThrow(refusal(message));
  });
});
