import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../../learning/graphs/inference-graph.ts';
import { startParameters } from '../../../learning/graphs/parameters.ts';
import { type SequenceModelName, sequenceModels, specOf } from '../../../learning/graphs/sequence-spec.ts';
import { createRandom } from '../../../simulator/random.ts';
import type { TrainingSet } from './messages.ts';
import { openOnnx } from './open-onnx.ts';

const onnx = openOnnx();
afterAll(() => onnx.close());

const shape = { window: 8, features: 2, horizon: 2 };
const rows = 600;

/** Two waves. */
function wavesFor(model: SequenceModelName): TrainingSet {
  const spec = specOf(model, shape);
  const values = Float32Array.from({ length: rows * 2 }, (_, at) => Math.sin(Math.floor(at / 2) / (3 + (at % 2))));
  return {
    spec,
    values,
    gains: Float32Array.of(1, 1),
    anchors: ['last', 'median'],
    weights: startParameters(spec, createRandom(1)),
    batch: 16,
    rate: 3e-3,
    bound: Number.POSITIVE_INFINITY,
  };
}

const starts = Int32Array.from({ length: 320 }, (_, n) => n);

describe.each(sequenceModels)('the %s in its thread', (model) => {
  it('learns, the same at each time, and forecasts as it was watched', async () => {
    const learnt: Float32Array[] = [];
    for (const _ of [1, 2]) {
      const trainer = await onnx.train(wavesFor(model));
      const before = await trainer.loss(starts);
      for (let epoch = 0; epoch < 4; epoch++) await trainer.epoch(starts);
      expect(await trainer.loss(starts)).toBeLessThan(0.5 * before);
      learnt.push(await trainer.weights());
      await trainer.release();
    }
    expect(learnt[0]).toEqual(learnt[1]);
  });

  it('answers each window by itself, however many there are', async () => {
    const { spec, values, weights } = wavesFor(model);
    const loaded = await onnx.load(inferenceGraph(spec, weights));
    const windows = new Float32Array(450 * 16);
    for (let n = 0; n < 450; n++) windows.set(values.subarray(n * 2, n * 2 + 16), n * 16);
    const all = await loaded.forecast(windows, 450);
    const one = await loaded.forecast(windows.slice(449 * 16), 1);
    expect(all).toHaveLength(450 * 4);
    for (const [at, value] of one.entries()) expect(all[449 * 4 + at]).toBeCloseTo(value, 5);
    expect(await loaded.forecast(new Float32Array(), 0)).toHaveLength(0);
    await loaded.release();
  });
});

describe('the thread of ONNX Runtime', () => {
  it('refuses what is no model', async () => {
    await expect(onnx.load(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'model-refused' });
  });

  it('says that training went astray instead of going on with no number', async () => {
    const set = wavesFor('lstm');
    const trainer = await onnx.train({ ...set, values: set.values.fill(Number.NaN) });
    await expect(trainer.epoch(starts)).rejects.toMatchObject({
      code: 'model-refused',
      message: expect.stringMatching(/step 1 is no number/),
    });
  });

  it('tells all who wait when it is closed', async () => {
    const other = openOnnx();
    const trainer = await other.train(wavesFor('transformer'));
    const told = expect(trainer.epoch(starts)).rejects.toMatchObject({ message: expect.stringMatching(/has ended/) });
    await other.close();
    await told;
    await expect(trainer.epoch(starts)).rejects.toMatchObject({ message: expect.stringMatching(/has ended/) });
  });

  it('leaves the caller free while it works', async () => {
    const trainer = await onnx.train(wavesFor('transformer'));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const started = performance.now();
    await trainer.epoch(starts);
    const tookMs = performance.now() - started;
    delay.disable();
    expect(delay.percentile(50) / 1e6).toBeLessThan(Math.max(20, tookMs / 4));
  });
});
