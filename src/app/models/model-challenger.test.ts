import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openForecaster } from '../../learning/forecast/forecaster.ts';
import { inferenceGraph } from '../../learning/graphs/inference-graph.ts';
import { startParameters } from '../../learning/graphs/parameters.ts';
import { specOf } from '../../learning/graphs/sequence-spec.ts';
import { createRandom } from '../../simulator/random.ts';
import { METADATA_VERSION, type Metadata, writeArtefact } from './artefact.ts';
import { openModelChallenger } from './model-challenger.ts';
import { noSkill } from './skill.ts';

const [WINDOW, HORIZON] = [4, 2];
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kubemend-challenger-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A model of zeros says that nothing moves from its anchor, the median: what it answers is known. */
function place(change: Partial<Metadata> = {}): void {
  const features = change.features ?? ['cpu'];
  const shape = { window: change.window ?? WINDOW, horizon: change.horizon ?? HORIZON, features: features.length };
  const spec = specOf('lstm', shape);
  const each = (value: number) => features.map(() => value);
  const metadata: Omit<Metadata, 'sha256'> = {
    ...{ format: 'kubemend-model', version: METADATA_VERSION, task: 'forecast', model: 'lstm', ...shape, features, stepMs: 60_000 },
    scaler: { mean: each(100), spread: each(5), anchors: features.map(() => 'median'), gains: each(2), bound: 8 },
    training: { from: 0, until: 1, heldOutFrom: 2, series: 1, windows: 3, skipped: {}, seed: 1, losses: [], bestEpoch: 1 },
    skill: { ...noSkill('skill: made up'), use: true },
    interval: { level: 0.8, widths: [1, 1], floor: 0.25, coverage: null },
    ...change,
  };
  writeArtefact(dir, { onnx: inferenceGraph(spec, startParameters(spec, createRandom(1)).fill(0)), metadata });
}

const open = (onFailure = (_why: string): void => {}) => openModelChallenger(dir, { windowSteps: WINDOW, horizon: HORIZON, onFailure });

describe('a model as a challenger', () => {
  it.each<[string, Partial<Metadata>, RegExp]>([
    ['of another task', { task: 'anomaly' }, /was trained for anomaly/],
    ['without skill', { skill: noSkill('no skill: it lost') }, /"use": false \(no skill: it lost\)/],
    ['of several features', { features: ['cpu', 'memory'] }, /2 features together \(cpu, memory\); train one with --features/],
    ['of another window', { window: 7 }, /2 steps from 7, and 2 from 4 are asked; train one with --window 4 --horizon 2/],
    ['of another horizon', { horizon: 3 }, /3 steps from 4/],
  ])('%s is refused, and it is said why', async (_what, change, message) => {
    place(change);
    await expect(open()).rejects.toMatchObject({ code: 'model-refused', message: expect.stringMatching(message) });
  });

  it('is told values in their own unit, and answers in changes of each series', async () => {
    place();
    const challenger = await open();
    const windows = Float32Array.of(-3, -1, -2, 0, -3, -1, -2, 0);
    const said = await challenger.forecast(windows, 2, { last: Float64Array.of(100, 110), scale: Float64Array.of(1, 5) });
    expect([...said]).toEqual([-1.5, -1.5, -1.5, -1.5]);
    await challenger.close();
  });

  it('is silent when it breaks, and that is said once', async () => {
    place();
    const told: string[] = [];
    const challenger = await open((why) => void told.push(why));
    await challenger.close();
    const series = { last: Float64Array.of(1), scale: Float64Array.of(1) };
    for (const _ of [1, 2]) expect([...(await challenger.forecast(new Float32Array(WINDOW), 1, series))]).toEqual([Number.NaN, Number.NaN]);
    expect(told).toEqual([expect.stringMatching(/has ended/)]);
  });

  it('that broke leaves the forecasts to the others', async () => {
    place();
    const challenger = await open();
    await challenger.close();
    const forecaster = openForecaster({ windowSteps: WINDOW, horizon: HORIZON, random: createRandom(1), challengers: [challenger] });
    forecaster.grow(1);
    let point = Number.NaN;
    for (let step = 0; step < 60; step++) {
      forecaster.step(Float64Array.of(7 + (step % 2)));
      point = (await forecaster.forecast()).point[0] ?? Number.NaN;
    }
    expect(point).toBeGreaterThan(6);
    expect(forecaster.listenedTo(0).at(-1)).toEqual({ name: 'lstm', share: 0 });
  });
});
