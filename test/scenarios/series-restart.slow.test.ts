import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { replaySource } from '../../src/adapters/sources/replay/replay-source.ts';
import { loadConfig } from '../../src/app/config.ts';
import { worldTime } from '../../src/app/demo/world-time.ts';
import { type App, startApp } from '../../src/app/start.ts';
import { kubeconfigOf } from '../../src/simulator/kubeconfig.ts';
import { temporaryDirectory } from '../contracts/temporary-directory.ts';
import { quietLogger } from '../fakes/logger.ts';
import { aboveTen } from '../fakes/series.ts';
import { goLive, type Live } from '../simulator/live.ts';
import { aContainer, aTemplate, aWorkload } from '../simulator/simulated.ts';

const live: Live[] = [];
afterEach(async () => {
  await Promise.all(live.splice(0).map((one) => one.stop()));
});

/** A simulator with one workload of three pods, and a way to start kubemend with these settings on one state directory. */
async function aScene() {
  const one = await goLive();
  live.push(one);
  const directory = temporaryDirectory();
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(one.api.url, 'admin'));
  const workload = aWorkload('cart', { replicas: 3, template: aTemplate('cart', [aContainer({ image: 'shop/cart:1' })]) });
  await one.send('POST', '/apis/apps/v1/namespaces/shop/deployments', workload);
  await one.pass(60);
  async function begin(settings: object): Promise<{ readonly app: App; end(): Promise<void> }> {
    const config = loadConfig({ mode: 'observe', kubeconfig, stateDir: join(directory, 'state'), namespaces: ['shop'], ...settings }, {});
    const clock = worldTime(one.cluster.world.clock);
    const app = await startApp(config, { clock, log: quietLogger, seriesDetectors: [aboveTen({ is: 'hint' })] });
    const ending = new AbortController();
    const running = app.run(ending.signal);
    return {
      app,
      async end() {
        ending.abort();
        await running;
        await app.stop();
      },
    };
  }
  return { one, directory, begin };
}
const readingsOf = ({ context }: App) => [...(context.cluster.readings?.() ?? [])];

it('with a source the series of pods are followed, recorded, kept, and there again after a restart', { timeout: 120_000 }, async () => {
  const { one, directory, begin } = await aScene();
  const record = join(directory, 'run.jsonl.gz');
  const settings = { metrics: { intervalMs: '5s' }, series: { stepMs: '5s', graceMs: '2s', record } };
  const first = await begin(settings);
  const fromPods = () => readingsOf(first.app).filter(({ subject, metric }) => subject.namespace === 'shop' && metric === 'memoryBytes');
  await one.until('readings of three pods', () => new Set(fromPods().map(({ subject }) => subject.uid)).size === 3, 60);
  expect(fromPods()[0]).toMatchObject({ subject: { kind: 'Pod' }, detector: 'above-ten', firing: true });
  await one.pass(90);
  const known = new Set(fromPods().map(({ subject }) => subject.uid));
  await first.end();
  expect(existsSync(join(directory, 'state', 'history.db'))).toBe(true);

  const second = await begin({ metrics: { intervalMs: '1h' }, series: { stepMs: '5s', graceMs: '2s' } });
  await one.until('the readings from before', () => readingsOf(second.app).some(({ subject }) => known.has(subject.uid)), 30);
  await second.end();
  const replayed: string[] = [];
  for await (const observation of replaySource({ file: record }).stream(new AbortController().signal))
    if (observation.signal === 'samples') replayed.push(observation.metric);
  expect(new Set(replayed)).toContain('memoryBytes');
});

it('without a source nothing is watched, no series detector is asked and no file is made', { timeout: 120_000 }, async () => {
  const { one, directory, begin } = await aScene();
  const { app, end } = await begin({ series: { record: join(directory, 'run.jsonl.gz') } });
  await one.pass(10);
  expect(app.context.cluster.readings).toBeUndefined();
  expect(app.context.detectors.some(({ name }) => name === 'above-ten')).toBe(false);
  await end();
  expect([join(directory, 'state', 'history.db'), join(directory, 'run.jsonl.gz')].filter((file) => existsSync(file))).toEqual([]);
});
