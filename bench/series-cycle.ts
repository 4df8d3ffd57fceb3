/**
 * One classical cycle over 70,000 series (EWMA, Holt-Winters, exact MAD of 64) by the product's own path, from the blocks of a source to
 * the scores, beside the bare loops over typed arrays, turn by turn in one run. Goal: at most twice the bare loops. CPU time of one core.
 */

import { uidResolver } from '../src/app/series/uid-resolver.ts';
import type { SampleBlock } from '../src/core/model/samples.ts';
import type { SeriesDetector } from '../src/core/plugins.ts';
import { seriesWatch, standardSettings } from '../src/core/series/series-watch.ts';
import { classicalMonitor } from './classical-monitor.ts';

const PODS = Number(process.env.PODS ?? 10_000);
const METRICS = ['cpuCores', 'memoryBytes', 'diskBytes', 'latencyMs', 'nodeCpuShare', 'nodeMemoryShare', 'nodeCelsius'];
const WARM = 80;
const CYCLES = Number(process.env.CYCLES ?? 100);
const STEP = standardSettings.stepMs;
const T0 = Math.ceil(1_750_000_000_000 / STEP) * STEP;

const refs = Array.from({ length: PODS }, (_, index) => ({
  ...{ cluster: 'default', apiGroup: '', kind: 'Bench', namespace: `shop-${index % 50}`, name: `pod-${index}`, uid: `uid-${index}` },
}));
const subjects = refs.map((ref) => ({ ref }));
const classical: SeriesDetector = {
  name: 'classical',
  metrics: 'any',
  is: 'hint',
  open: () => classicalMonitor({ slots: room, stepMs: STEP, dims: 1 }),
};
const room = 2 ** Math.ceil(Math.log2(PODS));

let seed = 1;
function chance(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
}
function valuesAt(step: number): Float64Array {
  return Float64Array.from({ length: PODS }, (_, index) => Math.fround(10 + Math.sin(step / 10 + index) + chance()));
}
function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
/** A source that keeps its subjects hands the same array over again; one that parses an answer anew makes new ones. */
function play(what: string, subjectsOf: () => SampleBlock['subjects']): void {
  const watch = seriesWatch({ ...standardSettings, detectors: [classical] });
  const resolver = uidResolver({ objects: () => [] });
  const bare = METRICS.map(() => classicalMonitor({ slots: room, stepMs: STEP, dims: 1 }));
  const times = { bare: [] as number[], product: [] as number[], readings: [] as number[] };
  for (let cycle = 0; cycle < WARM + CYCLES; cycle += 1) {
    const at = T0 + cycle * STEP;
    const columns = METRICS.map(() => valuesAt(cycle));
    const padded = columns.map((values) => {
      const row = new Float64Array(room).fill(Number.NaN);
      row.set(values);
      return row;
    });
    const blocks = columns.map((values, index) => ({
      ...{ signal: 'samples' as const, source: 'bench', metric: METRICS[index] ?? '', at, subjects: subjectsOf(), values },
    }));
    const ofBare = cpuMs(() => {
      for (const [index, monitor] of bare.entries()) monitor.step(at, padded[index] ?? new Float64Array());
    });
    const ofProduct = cpuMs(() => {
      for (const block of blocks) watch.take(resolver.resolve(block, at).block, at);
      watch.advance(at + STEP + standardSettings.graceMs);
    });
    const ofReadings = cpuMs(() => void watch.readings());
    if (cycle < WARM) continue;
    times.bare.push(ofBare);
    times.product.push(ofProduct);
    times.readings.push(ofReadings);
  }
  const last = bare[0]?.scores ?? [];
  const ours = watch.readings().length;
  if (ours < PODS || Number.isNaN(last[0])) throw new Error(`${ours} readings`);
  const [a, b, c] = [median(times.bare), median(times.product), median(times.readings)];
  console.log(
    `${what}: bare loops ${a.toFixed(1)} ms, product ${b.toFixed(1)} ms (${(b / a).toFixed(2)} x), then ${ours} readings ${c.toFixed(1)} ms; medians of ${CYCLES} cycles`,
  );
}
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

console.log(`${PODS * METRICS.length} series, CPU time; goal 2 x`);
play('the same subjects again', () => subjects);
play('equal subjects, parsed anew', () => subjects.map(({ ref }) => ({ ref: { ...ref } })));
