/**
 * How fast sequence models forecast: `node bench/infer.ts [WINDOWS] [TIMES]` sends windows of 20 steps of 7 features through the product's
 * thread, and beside it through ONNX Runtime alone at the same batch; prints the best processor milliseconds of each, their ratio (goal:
 * at most 1.2), and how long the main thread was ever kept from its work (goal: at most 50 ms).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { openOnnx } from '../src/adapters/models/onnx/open-onnx.ts';
import { inferenceGraph } from '../src/learning/graphs/inference-graph.ts';
import { startParameters } from '../src/learning/graphs/parameters.ts';
import { sequenceModels, specOf } from '../src/learning/graphs/sequence-spec.ts';
import { createRandom } from '../src/simulator/random.ts';

const [count = 10_000, times = 7] = process.argv.slice(2).map(Number);
const BATCH = 200;
const shape = { window: 20, features: 7, horizon: 5 };
const size = shape.window * shape.features;
const random = createRandom(1);
const windows = Float32Array.from({ length: count * size }, () => 2 * random() - 1);

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The longest time between two turns of a timer beyond its period, while something goes on. */
async function longestDelayMs(work: () => Promise<unknown>): Promise<number> {
  const PERIOD = 2;
  let last = performance.now();
  let longest = 0;
  const turn = () => {
    longest = Math.max(longest, performance.now() - last - PERIOD);
    last = performance.now();
  };
  const timer = setInterval(turn, PERIOD);
  await work();
  turn();
  clearInterval(timer);
  return longest;
}

for (const model of sequenceModels) {
  const spec = specOf(model, shape);
  const bytes = inferenceGraph(spec, startParameters(spec, createRandom(2)));
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const onnx = openOnnx();
  const loaded = await onnx.load(bytes);
  const alone = async () => {
    for (let from = 0; from < count; from += BATCH) {
      const rows = Math.min(BATCH, count - from);
      await session.run({
        x: new Tensor('float32', windows.subarray(from * size, (from + rows) * size), [rows, shape.window, shape.features]),
      });
    }
  };
  const inThread = () => loaded.forecast(windows, count);
  const best = { alone: Number.POSITIVE_INFINITY, inThread: Number.POSITIVE_INFINITY };
  for (let time = 0; time < times; time++) {
    best.alone = Math.min(best.alone, await cpuMs(alone));
    best.inThread = Math.min(best.inThread, await cpuMs(inThread));
  }
  const startedAt = performance.now();
  const delay = await longestDelayMs(inThread);
  const tookMs = performance.now() - startedAt;
  const idle = await longestDelayMs(() => sleep(tookMs));
  console.info(
    `${model.padEnd(12)} ${count} windows: ${best.inThread.toFixed(0)} ms of processor in the thread, ${best.alone.toFixed(0)} ms alone, ` +
      `ratio ${(best.inThread / best.alone).toFixed(2)}; the main thread waited at most ${delay.toFixed(1)} ms (${idle.toFixed(1)} ms when it does nothing as long)`,
  );
  await onnx.close();
  await session.release();
}
