import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SeriesDesk, seriesDesk } from '../../src/app/series/series-desk.ts';
import type { Context } from '../../src/core/context.ts';
import type { Observation } from '../../src/core/model/signal.ts';
import { standardSettings } from '../../src/core/series/series-watch.ts';
import { defineSeriesDetector } from '../../src/detectors/define-series-detector.ts';
import { seriesDetectors } from '../../src/detectors/index.ts';
import { evidenceTrust } from '../../src/guards/evidence-trust.ts';
import { quietLogger } from '../fakes/logger.ts';
import { NOON } from '../fakes/object-meta.ts';
import { blockOf, seriesOf } from '../fakes/series.ts';
import { type ToldSource, toldSource } from '../fakes/told-source.ts';
import { aWorld, type World } from '../fakes/world.ts';

const STEP = standardSettings.stepMs;
const STEPS_PER_MINUTE = 60_000 / STEP;

describe('what the registered detectors of symptoms make of what sources tell', () => {
  let world: World;
  let source: ToldSource;
  let desk: SeriesDesk;
  let context: Context;
  let ending: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    world = aWorld({ settings: { giveUpMs: 3_600_000 }, guards: [evidenceTrust.bind({})] });
    world.setSick(undefined);
    world.clock.advance(NOON - world.clock.now());
    source = toldSource();
    ending = new AbortController();
    desk = seriesDesk({
      ...{ clock: world.clock, log: quietLogger, cluster: world.cluster, sources: [source] },
      options: { ...standardSettings, detectors: seriesDetectors },
    });
    running = desk.run(ending.signal);
    context = world.alike({
      cluster: { ...world.cluster, readings: () => desk.readings() },
      detectors: [...world.context.detectors, ...seriesDetectors.map((detector) => defineSeriesDetector(detector, { stepMs: STEP }))],
    });
  });
  afterEach(async () => {
    ending.abort();
    await running;
    await world.close();
  });

  /** Tells what a minute brings, step by step, and lets the controller work in between where it is watched. */
  async function goOn(minutes: number, tell: (at: number) => Observation, isWatched = false): Promise<void> {
    for (let step = 0; step < minutes * STEPS_PER_MINUTE; step += 1) {
      const at = world.clock.now();
      await source.tell(tell(at), blockOf(at, { 'cart-1-0': 0.2, 'cart-1-1': 0.2, 'cart-1-2': 0.2 }, { metric: 'cpuCores' }));
      if (isWatched) await world.live(STEP, context).catch(noIncident);
      else desk.readings();
      world.clock.advance(at + STEP - world.clock.now());
    }
  }
  const newest = async () => (await context.store.incidents({ since: 0 }))[0];
  const spans =
    (errors: number) =>
    (at: number): Observation => ({
      ...{ signal: 'spans', source: 'otlp', at, windowMs: STEP, service: 'cart', subject: seriesOf('cart-1-0').ref, count: 200, errors },
      durationMs: { mean: 20, p50: 15, p95: 60, p99: 90 },
    });
  const memory =
    (shareAt: (minute: number) => number) =>
    (at: number): Observation =>
      blockOf(at, { 'cart-1-0': shareAt((at - NOON) / 60_000) }, { metric: 'memoryLimitShare' });

  it('opens an incident of requests that fail, asks a person, and closes it when they succeed again', async () => {
    await goOn(65, spans(0));
    await goOn(3, spans(40), true);
    expect(await newest()).toMatchObject({ phase: 'asked', subject: { kind: 'Deployment', name: 'cart' } });
    expect((await newest())?.findings[0]).toMatchObject({
      detector: 'error-rate',
      summary: expect.stringMatching(/^Pod shop\/cart-1-0: .* of the last \d+ requests failed/),
    });
    await goOn(12, spans(0), true);
    expect(await newest()).toMatchObject({ phase: 'resolved', reason: 'self-recovered' });
  });

  it('opens one of memory that will run out, and says when', async () => {
    await goOn(
      36,
      memory((minute) => 0.4 + minute / 100),
    );
    await goOn(
      6,
      memory((minute) => 0.4 + minute / 100),
      true,
    );
    expect((await newest())?.findings[0]).toMatchObject({
      detector: 'memory-exhaustion',
      summary: expect.stringMatching(/of the limit is used, and it rises by .* points an hour: all of it in \d+ min to \d+ min$/),
    });
  });

  it('opens none of a few failing requests, nor of memory that is high and stays so', async () => {
    await goOn(65, spans(0));
    await goOn(5, spans(1), true);
    await goOn(
      60,
      memory(() => 0.93),
      true,
    );
    expect(await newest()).toBeUndefined();
  });
});

function noIncident(error: unknown): void {
  if (!(error instanceof Error) || error.message !== 'no incident was opened') throw error;
}
