/**
 * How long the main thread is ever kept from its work: `node --max-semi-space-size=2 bench/stall.ts [SECONDS]` (as the product is run) lets
 * a source tell 70,000 series of 10,000 pods of 1,000 Deployments every two seconds to the product's desk (rings, the detectors of `run`,
 * shares of workloads, readings, `history.db`), while an LSTM in the product's thread forecasts 10,000 workloads again and again; first each
 * of them by itself. A ticker of 5 ms on the main thread prints the longest stall; the same ticker in a thread that does nothing else shows,
 * at the same moments, what the machine itself did. Goal: at most 50 ms. `DETECTORS=classical` takes the classical cycle instead,
 * `HISTORY=0` keeps nothing, `MODEL=0` leaves the LSTM out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { openOnnx } from '../src/adapters/models/onnx/open-onnx.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import { seriesDesk } from '../src/app/series/series-desk.ts';
import { seriesHistory } from '../src/app/series/series-history.ts';
import type { SampleBlock } from '../src/core/model/samples.ts';
import type { SeriesDetector } from '../src/core/plugins.ts';
import type { SignalSource } from '../src/core/ports.ts';
import { standardSettings } from '../src/core/series/series-watch.ts';
import { seriesDetectors } from '../src/detectors/index.ts';
import { inferenceGraph } from '../src/learning/graphs/inference-graph.ts';
import { startParameters } from '../src/learning/graphs/parameters.ts';
import { specOf } from '../src/learning/graphs/sequence-spec.ts';
import { createRandom } from '../src/simulator/random.ts';
import { quietLogger } from '../test/fakes/logger.ts';
import { container, deployment, pod, replicaSet } from '../test/fakes/objects.ts';
import { classicalMonitor } from './classical-monitor.ts';

const [seconds = 20] = process.argv.slice(2).map(Number);
const [PODS, WORKLOADS, TICK, STEP] = [10_000, 10_000, 5, 2_000];
const METRICS = ['cpuCores', 'memoryBytes', 'diskBytes', 'latencyMs', 'nodeCpuShare', 'nodeMemoryShare', 'nodeCelsius'];
const random = createRandom(1);

const tickerSource = `const { parentPort } = require('node:worker_threads');
let [last, longest] = [performance.now(), 0];
setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last - ${TICK}); last = now; }, ${TICK});
parentPort.on('message', () => { parentPort.postMessage(longest); longest = 0; last = performance.now(); });`;
const bystander = new Worker(tickerSource, { eval: true });
const ofBystander = () =>
  new Promise<number>((resolve) => {
    bystander.once('message', resolve);
    bystander.postMessage('tell');
  });

/** What the main thread itself has computed: of what a busy machine takes from it nothing is in here. */
function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
/** Does something, and says how long it kept the main thread at most, and how long the machine kept a thread that did nothing. */
async function watched(what: string, work: () => Promise<number>): Promise<void> {
  await ofBystander();
  const delay = monitorEventLoopDelay({ resolution: TICK });
  delay.enable();
  let [last, longest, used, busiest] = [performance.now(), 0, ownCpuMs(), 0];
  const tick = () => {
    longest = Math.max(longest, performance.now() - last - TICK);
    busiest = Math.max(busiest, ownCpuMs() - used);
    [last, used] = [performance.now(), ownCpuMs()];
  };
  const timer = setInterval(tick, TICK);
  const rounds = await work();
  tick();
  clearInterval(timer);
  delay.disable();
  console.info(
    `${what.padEnd(52)} ${String(rounds).padStart(4)} rounds; longest stall ${longest.toFixed(1).padStart(6)} ms, of its own CPU time ${busiest.toFixed(1)} ms (event loop delay ` +
      `${(delay.max / 1e6 - TICK).toFixed(1)}, 99 % ${(delay.percentile(99) / 1e6 - TICK).toFixed(1)}); a thread beside it that does nothing ${(await ofBystander()).toFixed(1)} ms`,
  );
}

const clock = systemClock;
const log = quietLogger;
const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-stall-'));
const deployments = Array.from({ length: PODS / 10 }, (_, index) => deployment(`web-${index}`));
const sets = deployments.map((ownedBy, index) => replicaSet(`web-${index}-1`, { ownedBy }));
const containers = [container('app', { limits: { cpuCores: 20, memoryBytes: 20 } })];
const pods = sets.flatMap((ownedBy) =>
  Array.from({ length: 10 }, (_, index) => pod(`${ownedBy.meta.ref.name}-${index}`, { createdAt: 0, ownedBy, containers })),
);
const objects = [...deployments, ...sets, ...pods].map((object) => {
  const { ref } = object.meta;
  return { signal: 'object' as const, id: ref.name, subject: ref, at: clock.now(), object };
});
const ofPods = pods.map(
  ({
    meta: {
      ref: { uid: _uid, ...ref },
    },
  }) => ({ ref }),
);
const ofContainers = ofPods.map(({ ref }) => ({ ref, part: 'app' }));
const classical: SeriesDetector = {
  ...{ name: 'classical', metrics: 'any', is: 'hint' },
  open: ({ slots }) => classicalMonitor({ slots: Math.max(slots, 2 ** Math.ceil(Math.log2(PODS))), stepMs: STEP, dims: 1 }),
};
let told = 0;
function blockOf(metric: string, at: number): SampleBlock {
  const values = Float64Array.from({ length: PODS }, (_, index) => 10 + Math.sin(index) + random() + random());
  const subjects = metric === 'cpuCores' || metric === 'memoryBytes' ? ofContainers : ofPods;
  return { signal: 'samples', source: 'bench', metric, at, subjects: [...subjects], values };
}
/** Windows are full when it begins. */
async function* past(fromMs: number): AsyncIterable<SampleBlock> {
  const first = Math.ceil(fromMs / STEP);
  const steps = Math.floor(clock.now() / STEP) - first;
  for (let step = 0; step < steps; step += 1) for (const metric of METRICS) yield blockOf(metric, (first + step) * STEP);
}
const source: SignalSource = {
  name: 'bench',
  health: () => ({ ageMs: 0, dropped: {} }),
  async *stream(signal) {
    await sleep(STEP - (clock.now() % STEP) + 10);
    while (!signal.aborted) {
      for (const metric of METRICS) {
        yield blockOf(metric, clock.now());
        await sleep(1);
      }
      told += 1;
      await sleep(STEP - (clock.now() % STEP) + 10);
    }
  },
};
const settings = { ...standardSettings, stepMs: STEP, graceMs: 500, windowMs: 120 * STEP };
const history =
  process.env.HISTORY === '0' ? undefined : seriesHistory({ stateDir, retentionMs: 3_600_000, windowMs: settings.windowMs, clock, log });
const desk = seriesDesk({
  ...{ clock, log, cluster: { objects: () => objects }, sources: [source], past, ...(history && { history }) },
  options: { ...settings, detectors: process.env.DETECTORS === 'classical' ? [classical] : seriesDetectors },
});

const spec = specOf('lstm', { window: 20, features: 7, horizon: 5 });
const onnx = openOnnx();
const model = await onnx.load(inferenceGraph(spec, startParameters(spec, createRandom(2))));
const windows = Float32Array.from({ length: WORKLOADS * 20 * 7 }, () => 2 * random() - 1);

async function until(endsAt: number, work: () => Promise<unknown>): Promise<number> {
  let rounds = 0;
  for (; performance.now() < endsAt; rounds += 1) await work();
  return rounds;
}
const inTime = () => performance.now() + seconds * 1_000;
const ending = new AbortController();
/** As the loop asks, once a second. */
async function asked(): Promise<number> {
  const from = told;
  await until(inTime(), async () => {
    desk.readings();
    await sleep(1_000);
  });
  return told - from;
}
const forecasts = () => until(inTime(), () => model.forecast(windows, WORKLOADS));

const hasModel = process.env.MODEL !== '0';
await watched('nothing', async () => Number((await sleep(5_000)) === undefined));
if (hasModel) await model.forecast(windows, WORKLOADS);
if (hasModel) await watched('10,000 workloads by the LSTM in its thread', forecasts);
const running = desk.run(ending.signal);
await watched('the past of 70,000 series, 119 steps of it', async () => {
  while (told === 0) await sleep(100);
  return 1;
});
await sleep(5_000);
await watched('70,000 series every 2 s', asked);
if (hasModel) await watched('both at once', async () => (await Promise.all([asked(), forecasts()]))[0]);
console.info(`${desk.standing().series} series; left out: ${JSON.stringify(desk.standing().dropped)}`);
ending.abort();
await running;
await desk.stop();
await onnx.close();
await bystander.terminate();
rmSync(stateDir, { recursive: true, force: true });
