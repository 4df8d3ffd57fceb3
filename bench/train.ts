/**
 * How fast sequence models learn: `node bench/train.ts [WINDOWS] [EPOCHS]` trains each kind on windows of 20 steps of 7 features, batch
 * 64, in the product's own thread, and prints processor seconds, wall seconds and the last loss.
 */
import { openOnnx } from '../src/adapters/models/onnx/open-onnx.ts';
import { startParameters } from '../src/learning/graphs/parameters.ts';
import { sequenceModels, specOf } from '../src/learning/graphs/sequence-spec.ts';
import { createRandom } from '../src/simulator/random.ts';

const [count = 20_000, epochs = 5] = process.argv.slice(2).map(Number);
const shape = { window: 20, features: 7, horizon: 5 };
const random = createRandom(1);
const values = Float32Array.from(
  { length: (count + shape.window + shape.horizon) * shape.features },
  (_, at) => Math.sin(Math.floor(at / 7) / (3 + (at % 7))) + 0.1 * (random() - 0.5),
);
const starts = Int32Array.from({ length: count }, (_, n) => n);

for (const model of sequenceModels) {
  const spec = specOf(model, shape);
  const onnx = openOnnx();
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const weights = startParameters(spec, createRandom(2));
  const trainer = await onnx.train({
    spec,
    values,
    gains: new Float32Array(7).fill(1),
    anchors: new Array<'last'>(7).fill('last'),
    weights,
    batch: 64,
    rate: 1e-3,
    bound: Number.POSITIVE_INFINITY,
  });
  let loss = Number.NaN;
  for (let epoch = 0; epoch < epochs; epoch++) loss = await trainer.epoch(starts);
  const { user, system } = process.cpuUsage(before);
  const wall = (performance.now() - startedAt) / 1_000;
  console.info(
    `${model.padEnd(12)} ${count} windows, ${epochs} epochs: ${((user + system) / 1e6).toFixed(1)} s of processor, ${wall.toFixed(1)} s, ` +
      `loss ${loss.toFixed(6)}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
  );
  await onnx.close();
}
