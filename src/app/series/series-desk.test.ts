import { Registry } from 'prom-client';
import { expect, it, vi } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container, deployment, pod, replicaSet } from '../../../test/fakes/objects.ts';
import { aboveTen, blockOf } from '../../../test/fakes/series.ts';
import { toldSource } from '../../../test/fakes/told-source.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import type { SampleBlock } from '../../core/model/samples.ts';
import type { Observation } from '../../core/model/signal.ts';
import { standardSettings } from '../../core/series/series-watch.ts';
import { seriesGauges } from '../api/metrics/series-gauges.ts';
import { type SeriesDeskParts, seriesDesk } from './series-desk.ts';

const STEP = standardSettings.stepMs;

function aDesk(rest: Partial<SeriesDeskParts> = {}) {
  const clock = fakeClock(Math.ceil(NOON / STEP) * STEP);
  const sources = [toldSource('one'), toldSource('two')] as const;
  const detector = aboveTen();
  const desk = seriesDesk({
    ...{ clock, log: quietLogger, cluster: fakeReader([pod('a')]), sources },
    options: { ...standardSettings, detectors: [detector] },
    ...rest,
  });
  const ending = new AbortController();
  return { clock, sources, detector, desk, running: desk.run(ending.signal), end: () => ending.abort() };
}
async function endOf({ end, running, desk }: ReturnType<typeof aDesk>): Promise<void> {
  end();
  await running;
  await desk.stop();
}

it('listens to all sources, and goes on with the others when one ends', async () => {
  const scene = aDesk();
  const { clock, sources, desk } = scene;
  sources[0].fail(new Error('401: the token is wrong'));
  await sources[1].tell(blockOf(clock.now(), { a: 50 }));
  clock.advance(STEP + standardSettings.graceMs);
  expect(desk.readings()).toMatchObject([{ subject: { name: 'a', uid: 'uid-pod-shop-a' }, firing: true }]);
  expect(desk.standing()).toMatchObject({
    series: 1,
    sources: [
      { name: 'one', problem: 'Error: 401: the token is wrong' },
      { name: 'two', ageMs: 0 },
    ],
  });
  await endOf(scene);
});

it('shows in metrics how many series there are, what was left out, and how each source stands', async () => {
  const scene = aDesk();
  const { clock, sources, desk } = scene;
  sources[0].fail(new Error('broken'));
  await sources[1].tell(blockOf(clock.now(), { a: 1, stranger: 2 }));
  const registry = new Registry();
  seriesGauges(() => desk.standing(), registry);
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual([
    'kubemend_series 1',
    'kubemend_samples_dropped{source="kubemend",reason="not in the cluster"} 1',
    'kubemend_source_age_seconds{source="one"} 0',
    'kubemend_source_age_seconds{source="two"} 0',
    'kubemend_source_problem{source="one"} 1',
    'kubemend_source_problem{source="two"} 0',
  ]);
  await endOf(scene);
});

it('asks for the past that its windows lack before it listens, so that they are full at once', async () => {
  const asked: number[] = [];
  async function* past(fromMs: number): AsyncGenerator<SampleBlock> {
    asked.push(fromMs);
    for (let at = fromMs; at < scene.clock.now(); at += STEP) yield blockOf(at, { a: 1 });
  }
  const scene = aDesk({ past });
  await scene.sources[0].tell(blockOf(scene.clock.now(), { a: 2 }));
  scene.clock.advance(2 * STEP);
  scene.desk.readings();
  expect(asked).toEqual([scene.clock.now() - 2 * STEP - standardSettings.windowMs]);
  expect(scene.detector.fed).toHaveLength(standardSettings.windowMs / STEP + 1);
  await endOf(scene);
});

it('goes on without the past when it cannot be had', async () => {
  const scene = aDesk({
    past: () => {
      throw new Error('no answer');
    },
  });
  await scene.sources[0].tell(blockOf(scene.clock.now(), { a: 2 }));
  expect(scene.desk.standing().series).toBe(1);
  await endOf(scene);
});

it('makes series of log lines and of spans', async () => {
  const scene = aDesk();
  const { clock, sources, desk } = scene;
  const subject = pod('a').meta.ref;
  await sources[0].tell({ signal: 'log', source: 'pod-logs', subject, at: clock.now(), text: 'ERROR: no connection' });
  const durationMs = { mean: 1, p50: 1, p95: 2, p99: 3 };
  const window = { at: clock.now(), windowMs: 10_000, service: 'a', count: 5, errors: 1, durationMs };
  await sources[1].tell({ signal: 'spans', source: 'otlp', subject, ...window });
  clock.advance(STEP);
  desk.readings();
  expect(desk.standing().series).toBe(7);
  await endOf(scene);
});

it('feeds steps that are over by itself, so that whoever asks for readings does not wait for all of them', async () => {
  let now = Math.ceil(NOON / STEP) * STEP;
  const clock = {
    now: () => now,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        setTimeout(() => (signal?.aborted ? reject(signal.reason) : resolve()), 20);
      }),
  };
  const scene = aDesk({ clock });
  await scene.sources[0].tell(blockOf(now, { a: 50 }));
  now += STEP + standardSettings.graceMs - 100;
  await new Promise((resolve) => setTimeout(resolve, 60));
  now += 200;
  expect(scene.desk.readings()).toEqual([]);
  await vi.waitFor(() => expect(scene.desk.readings()).toMatchObject([{ firing: true }]));
  await endOf(scene);
});

it('makes shares of capacity for workloads from what their containers use, and records them', async () => {
  const web = deployment('web');
  const set = replicaSet('web-1', { ownedBy: web });
  const ready = [condition('Ready', { status: 'True', changedAt: NOON - 3_600_000 })];
  const member = pod('web-1-a', { ownedBy: set, conditions: ready, containers: [container('app', { limits: { cpuCores: 2 } })] });
  const recorded: Observation[] = [];
  const recorder = { record: (observation: Observation) => void recorded.push(observation), stop: async () => {} };
  const scene = aDesk({ cluster: fakeReader([web, set, member]), recorder });
  const { uid: _uid, ...ref } = member.meta.ref;
  const subjects = [{ ref, part: 'app' }];
  await scene.sources[0].tell({ ...blockOf(scene.clock.now(), {}, { metric: 'cpuCores', subjects }), values: Float64Array.of(1.5) });
  scene.clock.advance(STEP + standardSettings.graceMs);
  scene.desk.readings();
  const share = { source: 'workloads', metric: 'cpuCapacityShare', subjects: [{ ref: web.meta.ref }], values: Float64Array.of(0.75) };
  expect(recorded.at(-1)).toMatchObject(share);
  await endOf(scene);
});
