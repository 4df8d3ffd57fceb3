import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seriesDesk } from '../../src/app/series/series-desk.ts';
import type { Context } from '../../src/core/context.ts';
import { standardSettings } from '../../src/core/series/series-watch.ts';
import { defineSeriesDetector } from '../../src/detectors/define-series-detector.ts';
import { evidenceTrust } from '../../src/guards/evidence-trust.ts';
import { quietLogger } from '../fakes/logger.ts';
import { NOON } from '../fakes/object-meta.ts';
import { aboveTen, blockOf, seriesOf } from '../fakes/series.ts';
import { type ToldSource, toldSource } from '../fakes/told-source.ts';
import { aWorld, fixWith, type World } from '../fakes/world.ts';

const STEP = standardSettings.stepMs;
const SECOND = 1_000;

describe('a series that is watched', () => {
  let world: World;
  let source: ToldSource;
  let context: Context;
  let ending: AbortController;
  let running: Promise<void>;

  function begin(is: 'symptom' | 'hint', parts: Parameters<typeof aWorld>[0] = {}): void {
    world = aWorld({ settings: { giveUpMs: 3_600_000 }, ...parts });
    world.clock.advance(NOON - world.clock.now());
    source = toldSource();
    ending = new AbortController();
    const detector = aboveTen({ is });
    const desk = seriesDesk({
      ...{ clock: world.clock, log: quietLogger, cluster: world.cluster, sources: [source] },
      options: { ...standardSettings, detectors: [detector] },
    });
    running = desk.run(ending.signal);
    context = world.alike({
      cluster: { ...world.cluster, readings: () => desk.readings() },
      detectors: [...world.context.detectors, defineSeriesDetector(detector, { stepMs: STEP })],
    });
  }
  afterEach(async () => {
    ending.abort();
    await running;
    await world.close();
  });

  /** Tells one value of the first pod per step, and 1 of its siblings; and lets the controller work in between. */
  async function goOn(steps: number, value: number | undefined, pod = 'cart-1-0'): Promise<void> {
    const subjects = [pod, 'cart-1-1', 'cart-1-2'].map((name) => seriesOf(name));
    for (let step = 0; step < steps; step += 1) {
      const at = world.clock.now();
      if (value !== undefined) await source.tell(blockOf(at, {}, { subjects, values: Float64Array.of(value, 1, 1) }));
      await world.live(STEP, context).catch(noIncident);
      world.clock.advance(at + STEP - world.clock.now());
    }
  }
  const newest = async () => (await context.store.incidents({ since: 0 }))[0];

  describe('by a detector of symptoms', () => {
    beforeEach(() => {
      begin('symptom', { guards: [evidenceTrust.bind({})] });
      world.setSick(undefined);
    });

    it('opens an incident of the owner, with the reading as evidence, and a person is asked', async () => {
      await goOn(3, 50);
      expect(await newest()).toMatchObject({
        phase: 'asked',
        subject: { kind: 'Deployment', name: 'cart' },
        findings: [
          {
            detector: 'above-ten',
            subject: { kind: 'Pod', name: 'cart-1-0' },
            summary: 'Pod shop/cart-1-0: memoryBytes 5 times ten',
            evidence: [{ source: 'reading', id: expect.stringMatching(/^reading:above-ten:.*:memoryBytes:\d+$/) }],
          },
        ],
      });
      expect(world.cluster.effective).toEqual([]);
    });

    it('is over when the series is as usual again', async () => {
      await goOn(3, 50);
      await goOn(4, 1);
      expect(await newest()).toMatchObject({ phase: 'resolved', reason: 'self-recovered' });
    });

    it('is not over when the series falls silent: nobody knows', async () => {
      await goOn(3, 50);
      await goOn(12, undefined);
      expect((await newest())?.phase).toBe('asked');
    });

    it('opens nothing for a pod that is not in the cluster, nor for its successor of the same name', async () => {
      await goOn(3, 50, 'stranger');
      const pod = [...world.cluster.objects()].find(({ subject }) => subject.name === 'cart-1-0');
      if (!pod) throw new Error('the world has no pod');
      await source.tell(
        blockOf(
          world.clock.now(),
          {},
          { subjects: [{ ref: { ...pod.subject, uid: 'uid-of-its-predecessor' } }], values: Float64Array.of(99) },
        ),
      );
      await goOn(2, undefined);
      expect(await newest()).toBeUndefined();
    });
  });

  describe('by a detector of hints', () => {
    it('opens nothing by itself', async () => {
      begin('hint');
      world.setSick(undefined);
      await goOn(5, 50);
      expect(await newest()).toBeUndefined();
    });

    it('joins an incident that is open, and does not keep it open', async () => {
      begin('hint', { settings: { mode: 'observe' } });
      await goOn(3, 50);
      expect((await newest())?.findings.map(({ detector }) => detector)).toEqual(['sick', 'above-ten']);
      world.setSick(undefined);
      await goOn(3, 50);
      expect(await newest()).toMatchObject({ phase: 'resolved', reason: 'self-recovered' });
    });

    it.each([
      ['not held against an act', 'hint', 'recovered'],
      ['held against it when it is a symptom', 'symptom', 'worse'],
    ] as const)('is %s that mended what was wrong', async (_, is, outcome) => {
      begin(is, { actions: [fixWith('fix', 'good')] });
      await world.live(5 * SECOND, context);
      expect(world.cluster.effective).toHaveLength(1);
      world.setSick(undefined);
      world.setReady(3);
      await goOn(8, 50);
      expect((await newest())?.attempts[0]?.outcome).toBe(outcome);
    });
  });
});

function noIncident(error: unknown): void {
  if (!(error instanceof Error) || error.message !== 'no incident was opened') throw error;
}
