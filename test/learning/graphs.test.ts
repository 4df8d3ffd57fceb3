import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { inferenceGraph } from '../../src/learning/graphs/inference-graph.ts';
import { parameterCount, startParameters } from '../../src/learning/graphs/parameters.ts';
import { type SequenceSpec, specOf } from '../../src/learning/graphs/sequence-spec.ts';
import { adam, forwardGraph, lossOf, trainingGraph } from '../../src/learning/graphs/training-graph.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { float64Loss } from './float64-models.ts';

const shape = { window: 6, features: 2, horizon: 3 };
const BATCH = 4;
const RATE = 1e-3;

/** Small ones, so that plain loops keep up. */
const small: readonly SequenceSpec[] = [
  { model: 'lstm', ...shape, units: [5, 3] },
  { model: 'transformer', ...shape, width: 8, heads: 2, layers: 2, feedForward: 12 },
  { model: 'tcn', ...shape, channels: 5, kernel: 3, dilations: [1, 2, 4] },
];
/** Lengths at which something falls away: one step, one feature, one layer, taps that only see what is before the window. */
const odd: readonly SequenceSpec[] = [
  { model: 'lstm', window: 1, features: 1, horizon: 1, units: [3] },
  { model: 'transformer', window: 1, features: 1, horizon: 1, width: 4, heads: 1, layers: 1, feedForward: 4 },
  { model: 'tcn', window: 3, features: 4, horizon: 2, channels: 4, kernel: 2, dilations: [1, 2, 4] },
];

/** Windows of waves with noise, and what comes after them. */
function batchOf(spec: SequenceSpec, seed: number) {
  const random = createRandom(seed);
  const x = new Float32Array(BATCH * spec.window * spec.features);
  const y = new Float32Array(BATCH * spec.horizon * spec.features);
  const wave = (time: number, feature: number) => Math.sin(time / 3 + feature) + 0.1 * (random() - 0.5);
  for (let n = 0; n < BATCH; n++) {
    const start = random() * 50;
    for (let at = 0; at < spec.window * spec.features; at++)
      x[n * spec.window * spec.features + at] = wave(start + Math.floor(at / spec.features), at % spec.features);
    for (let at = 0; at < spec.horizon * spec.features; at++)
      y[n * spec.horizon * spec.features + at] = wave(start + spec.window + Math.floor(at / spec.features), at % spec.features);
  }
  return { x, y };
}

const floats = (values: Float32Array, dims: readonly number[]) => new Tensor('float32', values, dims);

/** Trains in ONNX Runtime, and says the losses on the way. */
async function trained(spec: SequenceSpec, steps: number) {
  const session = await InferenceSession.create(trainingGraph(spec, BATCH), { intraOpNumThreads: 1 });
  const size = parameterCount(spec);
  let state = [startParameters(spec, createRandom(7)), new Float32Array(size), new Float32Array(size)];
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { x, y } = batchOf(spec, step);
    const [p = x, m = x, v = x] = state;
    const told = await session.run({
      x: floats(x, [BATCH, spec.window, spec.features]),
      y: floats(y, [BATCH, spec.horizon * spec.features]),
      p: floats(p, [size]),
      m: floats(m, [size]),
      v: floats(v, [size]),
      rate: floats(Float32Array.of(RATE / (1 - adam.beta1 ** step)), []),
      boost: floats(Float32Array.of(1 / (1 - adam.beta2 ** step)), []),
    });
    losses.push(Number(told.loss?.data[0]));
    state = ['p2', 'm2', 'v2'].map((name) => Float32Array.from(told[name]?.data ?? [], Number));
  }
  return { losses, weights: state[0] ?? new Float32Array(), moment: state[1] ?? new Float32Array() };
}

/** The same in plain loops and doubles. */
function referenceLosses(spec: SequenceSpec, steps: number): number[] {
  const p = Float64Array.from(startParameters(spec, createRandom(7)));
  const [m, v] = [new Float64Array(p.length), new Float64Array(p.length)];
  return Array.from({ length: steps }, (_, at) => {
    const told = float64Loss(spec, p, batchOf(spec, at + 1));
    const gradient = told.gradient();
    for (const [n, slope] of gradient.entries()) {
      m[n] = adam.beta1 * (m[n] ?? 0) + (1 - adam.beta1) * slope;
      v[n] = adam.beta2 * (v[n] ?? 0) + (1 - adam.beta2) * slope ** 2;
      const [mean, square] = [(m[n] ?? 0) / (1 - adam.beta1 ** (at + 1)), (v[n] ?? 0) / (1 - adam.beta2 ** (at + 1))];
      p[n] = (p[n] ?? 0) - (RATE * mean) / (Math.sqrt(square) + adam.epsilon);
    }
    return told.loss;
  });
}

async function forecastBy(model: Uint8Array, feeds: Readonly<Record<string, Tensor>>): Promise<number[]> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  return Array.from((await session.run(feeds)).y?.data ?? [], Number);
}

describe.each([...small, ...odd])('the $model of window $window', (spec) => {
  it('trains as the same model in plain loops and doubles does, for 100 steps', async () => {
    const { losses } = await trained(spec, 100);
    for (const [step, expected] of referenceLosses(spec, 100).entries())
      expect(Math.abs((losses[step] ?? Number.NaN) / expected - 1), `step ${step + 1}`).toBeLessThan(1e-3);
  });

  it('has the gradients that finite differences of its loss show', async () => {
    const weights = startParameters(spec, createRandom(7));
    const batch = batchOf(spec, 1);
    const { moment } = await trained(spec, 1);
    const lossAt = (place: number, by: number) => {
      const moved = Float64Array.from(weights);
      moved[place] = (moved[place] ?? 0) + by;
      return float64Loss(spec, moved, batch).loss;
    };
    for (let place = 0; place < weights.length; place += 3) {
      const slope = (lossAt(place, 1e-5) - lossAt(place, -1e-5)) / 2e-5;
      const own = (moment[place] ?? Number.NaN) / (1 - adam.beta1);
      expect(Math.abs(own - slope), `parameter ${place}`).toBeLessThan(1e-3 * Math.abs(slope) + 1e-5);
    }
  });

  it('forecasts the same as an artefact, while it is trained and in plain loops', async () => {
    const weights = startParameters(spec, createRandom(3));
    const { x, y } = batchOf(spec, 2);
    const windows = floats(x, [BATCH, spec.window, spec.features]);
    const expected = float64Loss(spec, weights, { x, y }).forecast;
    const asArtefact = await forecastBy(inferenceGraph(spec, weights), { x: windows });
    const inTraining = await forecastBy(forwardGraph(spec), { x: windows, p: floats(weights, [weights.length]) });
    expect(asArtefact.length).toBe(expected.length);
    for (const [at, value] of expected.entries()) {
      expect(Math.abs((asArtefact[at] ?? Number.NaN) - value)).toBeLessThan(1e-5);
      expect(Math.abs((inTraining[at] ?? Number.NaN) - value)).toBeLessThan(1e-5);
    }
  });
});

it('a bounded loss is the squared error up to the bound, and has its slope from there on', async () => {
  const spec = { model: 'lstm', window: 2, features: 1, horizon: 1, units: [2] } as const;
  const bound = 0.05;
  const session = await InferenceSession.create(trainingGraph(spec, BATCH, bound));
  const weights = startParameters(spec, createRandom(7));
  const { x } = batchOf(spec, 1);
  const { forecast } = float64Loss(spec, weights, { x, y: new Float32Array(BATCH) });
  const errors = [0.01, -0.04, 0.2, -3];
  const size = weights.length;
  const { loss, m2 } = await session.run({
    x: floats(x, [BATCH, 2, 1]),
    y: floats(
      Float32Array.from(errors, (error, at) => (forecast[at] ?? 0) - error),
      [BATCH, 1],
    ),
    p: floats(weights, [size]),
    m: floats(new Float32Array(size), [size]),
    v: floats(new Float32Array(size), [size]),
    rate: floats(Float32Array.of(1), []),
    boost: floats(Float32Array.of(1), []),
  });
  const expected = (0.01 ** 2 + 0.04 ** 2 + (2 * 0.2 * bound - bound ** 2) + (2 * 3 * bound - bound ** 2)) / 4;
  expect(loss?.data[0]).toBeCloseTo(expected, 5);
  expect(errors.reduce((sum, error) => sum + lossOf(error, bound) / 4, 0)).toBeCloseTo(expected, 10);
  const toBias = Number(m2?.data[size - 1]) / (1 - adam.beta1);
  expect(toBias).toBeCloseTo((2 * (0.01 - 0.04 + bound - bound)) / 4, 5);
});

describe('the usual sizes', () => {
  it.each([
    ['lstm', 32_003],
    ['transformer', 71_139],
  ] as const)('give the %s so many parameters', (model, count) => {
    expect(parameterCount(specOf(model, { window: 20, features: 7, horizon: 5 }))).toBe(count);
  });
});
