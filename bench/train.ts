/**
 * How fast sequence models learn: `node bench/train.ts [WINDOWS] [EPOCHS]` trains each kind on windows of 20 steps of 7 features, batch
 * 64, in the product's own thread, and epoch by epoch beside it the same graph by ONNX Runtime alone on one batch that stands ready;
 * prints processor seconds of both, their ratio (goal: at most 1.1), and the last loss.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openOnnx } from '../src/adapters/models/onnx/open-onnx.ts';
import { startParameters } from '../src/learning/graphs/parameters.ts';
import { type SequenceSpec, sequenceModels, specOf } from '../src/learning/graphs/sequence-spec.ts';
import { trainingGraph } from '../src/learning/graphs/training-graph.ts';
import { createRandom } from '../src/simulator/random.ts';

const [count = 20_000, epochs = 5] = process.argv.slice(2).map(Number);
const BATCH = 64;
const shape = { window: 20, features: 7, horizon: 5 };
const random = createRandom(1);
const values = Float32Array.from(
  { length: (count + shape.window + shape.horizon) * shape.features },
  (_, at) => Math.sin(Math.floor(at / 7) / (3 + (at % 7))) + 0.1 * (random() - 0.5),
);
const starts = Int32Array.from({ length: count }, (_, n) => n);

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The training graph and nothing else: an epoch of steps on the same batch. */
async function graphAlone(spec: SequenceSpec, weights: Float32Array) {
  const session = await InferenceSession.create(trainingGraph(spec, BATCH), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const flat = (numbers: Float32Array) => new Tensor('float32', numbers, [numbers.length]);
  const scalar = (number: number) => new Tensor('float32', Float32Array.of(number), []);
  const x = new Tensor('float32', values.slice(0, BATCH * 20 * 7), [BATCH, 20, 7]);
  const y = new Tensor('float32', values.slice(0, BATCH * 5 * 7), [BATCH, 5 * 7]);
  let state: Readonly<Record<'p' | 'm' | 'v', Tensor>> = {
    p: flat(weights),
    m: flat(new Float32Array(weights.length)),
    v: flat(new Float32Array(weights.length)),
  };
  return async () => {
    for (let from = 0; from < count; from += BATCH) {
      const { p2, m2, v2 } = await session.run({ x, y, ...state, rate: scalar(1e-3), boost: scalar(1) });
      if (!p2 || !m2 || !v2) throw new Error('the graph gave nothing');
      state = { p: p2, m: m2, v: v2 };
    }
  };
}

for (const model of sequenceModels) {
  const spec = specOf(model, shape);
  const onnx = openOnnx();
  const weights = startParameters(spec, createRandom(2));
  const [gains, anchors] = [new Float32Array(7).fill(1), new Array<'last'>(7).fill('last')];
  const spent = { ours: 0, alone: 0 };
  const trainer = await onnx.train({ spec, values, gains, anchors, weights, batch: BATCH, rate: 1e-3, bound: Number.POSITIVE_INFINITY });
  const alone = await graphAlone(spec, weights);
  const startedAt = performance.now();
  let loss = Number.NaN;
  for (let epoch = 0; epoch < epochs; epoch++) {
    spent.ours += await cpuSeconds(async () => {
      loss = await trainer.epoch(starts);
    });
    spent.alone += await cpuSeconds(alone);
  }
  const wall = (performance.now() - startedAt) / 1_000;
  console.info(
    `${model.padEnd(12)} ${count} windows, ${epochs} epochs: ${spent.ours.toFixed(1)} s of processor, the graph alone ${spent.alone.toFixed(1)} s, ` +
      `ratio ${(spent.ours / spent.alone).toFixed(2)}; both ${wall.toFixed(1)} s by the clock, loss ${loss.toFixed(6)}, ` +
      `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
  );
  await onnx.close();
}
