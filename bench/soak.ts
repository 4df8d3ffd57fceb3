/**
 * Eight hours of 1,000 pods in simulated time, by the product's own path: blocks of ten metrics every 15 s, uids, rings, the product's
 * series detectors, readings, `history.db`; ten pods are replaced every ten minutes. Resident memory after a collection at hour 8 must be
 * at most 5 % above that at hour 1. Run with `node --expose-gc --max-semi-space-size=2`, as the product is.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seriesDesk } from '../src/app/series/series-desk.ts';
import { seriesHistory } from '../src/app/series/series-history.ts';
import type { SampleBlock } from '../src/core/model/samples.ts';
import type { ObjectState } from '../src/core/model/signal.ts';
import type { SignalSource } from '../src/core/ports.ts';
import { standardSettings } from '../src/core/series/series-watch.ts';
import { seriesDetectors } from '../src/detectors/index.ts';
import { fakeClock } from '../test/fakes/clock.ts';
import { quietLogger } from '../test/fakes/logger.ts';
import { pod } from '../test/fakes/objects.ts';

const PODS = Number(process.env.PODS ?? 1_000);
const HOURS = Number(process.env.HOURS ?? 8);
const STEP = standardSettings.stepMs;
const STEPS_PER_HOUR = 3_600_000 / STEP;
const T0 = Math.ceil(1_800_000_000_000 / STEP) * STEP;
const METRICS = Array.from({ length: 10 }, (_, index) => `metric${index}Bytes`);

const clock = fakeClock(T0);
const stateDir = mkdtempSync(join(tmpdir(), 'kubemend-soak-'));
const pods: ObjectState[] = [];
let born = 0;
function birth(place: number): void {
  const object = pod(`pod-${place}-${born}`, { createdAt: clock.now() - 1 });
  born += 1;
  pods[place] = { signal: 'object', id: object.meta.ref.name, subject: object.meta.ref, at: clock.now(), object };
}
for (let place = 0; place < PODS; place += 1) birth(place);

let seed = 1;
function noise(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
}
function blocks(step: number): SampleBlock[] {
  const subjects = pods.map(({ subject: { uid, ...ref } }) => ({ ref }));
  return METRICS.map((metric, index) => ({
    ...{ signal: 'samples' as const, source: 'soak', metric, at: clock.now(), subjects },
    values: Float64Array.from({ length: PODS }, (_, place) => 1e6 * (10 + index + Math.sin(step / 200 + place)) + 1e5 * noise()),
  }));
}
function residentMiB(): number {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

const resident: number[] = [];
let fired = 0;
const source: SignalSource = {
  name: 'soak',
  health: () => ({ ageMs: 0, dropped: {} }),
  async *stream() {
    for (let step = 1; step <= HOURS * STEPS_PER_HOUR; step += 1) {
      yield* blocks(step);
      clock.advance(STEP);
      fired += desk.readings().filter(({ firing }) => firing).length;
      if (step % 40 === 0) for (let dead = 0; dead < PODS / 100; dead += 1) birth((step + dead * 97) % PODS);
      if (step % STEPS_PER_HOUR === 0) tell(step);
    }
  },
};
const { windowMs } = standardSettings;
const history = seriesHistory({ stateDir, retentionMs: 7 * 86_400_000, windowMs, clock, log: quietLogger });
const desk = seriesDesk({
  ...{ clock, log: quietLogger, cluster: { objects: () => pods }, sources: [source], history },
  options: { ...standardSettings, detectors: seriesDetectors },
});
function tell(step: number): void {
  resident.push(residentMiB());
  const { series, dropped } = desk.standing();
  const file = statSync(join(stateDir, 'history.db')).size / 2 ** 20;
  const cpu = process.cpuUsage();
  console.log(
    `hour ${step / STEPS_PER_HOUR}: ${resident.at(-1)?.toFixed(1)} MiB resident, ${series} series, ${fired} firing steps, history ${file.toFixed(0)} MiB, ` +
      `${((cpu.user + cpu.system) / 1e6).toFixed(1)} s CPU, dropped ${JSON.stringify(dropped)}`,
  );
}

if (!globalThis.gc) throw new Error('run with node --expose-gc');
console.log(`${PODS} pods, ${METRICS.length} metrics, detectors: ${seriesDetectors.map(({ name }) => name).join(', ') || 'none'}`);
try {
  await desk.run(new AbortController().signal);
  await desk.stop();
} finally {
  rmSync(stateDir, { recursive: true, force: true });
}
const [first = Number.NaN] = resident;
const last = resident.at(-1) ?? Number.NaN;
console.log(`hour ${HOURS} over hour 1: ${(100 * (last / first - 1)).toFixed(1)} % (at most 5 %)`);
if (!(last <= 1.05 * first)) process.exitCode = 1;
