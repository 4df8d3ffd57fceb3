import { afterEach, describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import { everything, type Loop, loopOf, type Sickbay } from '../../src/app/loop.ts';
import { openScaleUps } from '../../src/app/scale-ups.ts';
import { seriesDesk } from '../../src/app/series/series-desk.ts';
import type { Context } from '../../src/core/context.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import { isReady, type Pod } from '../../src/core/model/objects.ts';
import type { SampleBlock } from '../../src/core/model/samples.ts';
import { standardSettings } from '../../src/core/series/series-watch.ts';
import { defineSeriesDetector } from '../../src/detectors/define-series-detector.ts';
import { detectors, seriesDetectors } from '../../src/detectors/index.ts';
import { diagnosers } from '../../src/diagnosers/index.ts';
import { guards } from '../../src/guards/index.ts';
import { deployed } from '../fakes/deployed.ts';
import { quietLogger } from '../fakes/logger.ts';
import { condition, NOON } from '../fakes/object-meta.ts';
import { container, horizontalPodAutoscaler, namespace, node, pod, replicaSet } from '../fakes/objects.ts';
import { toldSource } from '../fakes/told-source.ts';
import { aWorld, type World } from '../fakes/world.ts';

const STEP = standardSettings.stepMs;
const MINUTE = 60_000;
/** Cores that a pod may use. */
const LIMIT = 0.5;

/** What a pod uses in a step, in cores, of so much demand in all; NaN: not told. */
type Spread = (demand: number, pods: readonly Pod[], place: number) => number;
const evenly: Spread = (demand, pods) => Math.min(LIMIT, demand / pods.length);

/** `cart` with three pods, everything that `run` asks, and the series desk on a clock that a test turns. */
interface Bed {
  readonly world: World;
  readonly context: Context;
  /** Lets so many steps pass with a demand (in cores) by step. */
  pass(steps: number, demandAt: (step: number) => number, spread?: Spread): Promise<void>;
  incidents(): Promise<readonly Incident[]>;
  approve(incident: Incident): Promise<void>;
  replicas(): number;
  writes(): readonly string[];
}

const beds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(beds.splice(0).map((bed) => bed.close()));
});

function aBed(how: { readonly mayAct?: readonly string[] } = {}): Bed {
  const trusted = { trustedSeries: how.mayAct ?? ['saturation-ahead'] };
  const options: Readonly<Record<string, object>> = {
    scope: { namespaces: ['shop'] },
    ...{ 'evidence-trust': trusted, 'evidence-age': trusted },
  };
  const world = aWorld({ settings: { giveUpMs: 6 * 60 * MINUTE, stableMs: MINUTE } });
  const { clock, cluster } = world;
  clock.advance(NOON - clock.now());
  world.setSick(undefined);
  cluster.put(node('node-1', { allocatable: { cpuCores: 64, memoryBytes: 256 * 2 ** 30 }, createdAt: 0 }));
  for (const object of [namespace('shop'), ...['mail', 'pay', 'web', 'auth', 'search', 'stock'].flatMap((name) => deployed(name))])
    cluster.put(object);
  const set = replicaSet('cart-1', { uid: 'uid-replicaset-shop-cart-1' });
  const put = (place: number, since: number) =>
    cluster.put(
      pod(`cart-1-${place}`, {
        ...{ ownedBy: set, createdAt: since - 20_000 },
        containers: [container('app', { limits: { cpuCores: LIMIT, memoryBytes: 128 * 1024 ** 2 } })],
        conditions: [condition('Ready', { status: 'True', changedAt: since })],
      }),
    );
  for (const place of [0, 1, 2]) put(place, NOON - 60 * MINUTE);
  let running = 3;
  cluster.onWrite((write) => {
    if (write.verb !== 'scale') return;
    for (let place = running; place < write.replicas; place += 1) put(place, clock.now());
    for (let place = write.replicas; place < running; place += 1) cluster.remove(pod(`cart-1-${place}`).meta.ref);
    running = write.replicas;
    const observedGeneration = [...cluster.objects()].find(({ subject }) => subject.uid === world.cart.uid)?.object.meta.generation ?? 1;
    cluster.touch(world.cart, { readyReplicas: running, availableReplicas: running, updatedReplicas: running, observedGeneration });
  });
  const source = toldSource();
  const ending = new AbortController();
  const desk = seriesDesk({
    ...{ clock, log: quietLogger, cluster, sources: [source] },
    options: { ...standardSettings, detectors: seriesDetectors },
  });
  const listening = desk.run(ending.signal);
  const scaleUps = openScaleUps(world.context.store, clock);
  const sickbay: Sickbay = { report: undefined };
  const context = world.alike({
    cluster: { ...cluster, readings: () => desk.readings(), scaleUps: () => scaleUps.current() },
    detectors: [...detectors, ...seriesDetectors.map((detector) => defineSeriesDetector(detector, { stepMs: STEP }))],
    guards: guards.map((guard) => guard.bind(options[guard.name] ?? {})),
    ...{ diagnosers, actions, sick: () => sickbay.report },
  });
  const loop: Loop = scaleUps.readBefore(loopOf(context, sickbay, everything));
  beds.push({
    async close() {
      ending.abort();
      await listening;
      await world.close();
    },
  });
  const podsNow = () =>
    [...cluster.objects()].flatMap(({ object }) =>
      object.kind === 'Pod' && object.meta.ref.name.startsWith('cart-1-') && isReady(object) ? [object] : [],
    );
  async function oneStep(demand: number, spread: Spread): Promise<void> {
    const pods = podsNow();
    await source.tell(cpuOf(pods, clock.now(), (place) => spread(demand, pods, place)));
    for (let part = 0; part < 3; part += 1) {
      await loop.look();
      await loop.mend();
      clock.advance(STEP / 3);
    }
  }
  return {
    ...{ world, context },
    async pass(steps, demandAt, spread = evenly) {
      for (let step = 0; step < steps; step += 1) await oneStep(demandAt(step) * (1 + 0.01 * Math.sin(step * 1.7)), spread);
    },
    incidents: () => context.store.incidents({ since: 0 }),
    async approve({ plan, id, verdict }) {
      if (!plan || verdict === undefined) throw new Error(`incident ${id} has no plan to approve`);
      const at = clock.now();
      await context.store.commit({
        approval: { planHash: plan.hash, incidentId: id, decision: 'approved', by: 'ada', at, expiresAt: at + 10 * MINUTE },
        audit: [],
      });
    },
    replicas: () => running,
    writes: () => cluster.effective.map(({ verb, target }) => `${verb} ${target}`),
  };
}

function cpuOf(pods: readonly Pod[], at: number, use: (place: number) => number): SampleBlock {
  return {
    ...{ signal: 'samples', source: 'test', metric: 'cpuCores', at },
    subjects: pods.map(({ meta }) => ({ ref: meta.ref, part: 'app' })),
    values: Float64Array.from(pods, (_, place) => use(place)),
  };
}

/** From 0.5 of the 1.5 cores that three pods have upwards, by one in a hundred of them a step. */
const rising = (step: number) => 0.5 + step * 0.015;
const named = (incidents: readonly Incident[], detector: string) =>
  incidents.find(({ findings }) => findings.some((finding) => finding.detector === detector));

describe('demand that rises to what the limits allow, and falls again', () => {
  it('is met before it is reached, and given back when a person says so', async () => {
    const bed = aBed();
    await bed.pass(25, () => 0.5);
    let met: number | undefined;
    for (let step = 0; step < 60 && met === undefined; step += 1) {
      await bed.pass(1, () => rising(step));
      if (bed.replicas() > 3) met = rising(step);
    }
    expect(bed.writes()).toEqual(['scale cart']);
    expect(bed.replicas()).toBeGreaterThanOrEqual(4);
    expect(met).toBeLessThan(0.85 * 1.5);

    await bed.pass(30, () => 1.4);
    expect(await bed.incidents()).toMatchObject([
      { phase: 'resolved', reason: 'recovered', attempts: [{ action: 'scale-workload', outcome: 'recovered', undone: false }] },
    ]);

    await bed.pass(50, () => 0.4);
    await bed.pass(25, () => 0.4);
    const asked = named(await bed.incidents(), 'idle-capacity');
    expect(asked).toMatchObject({ phase: 'asked', plan: { action: 'scale-back', input: { replicas: 3 } } });
    expect(bed.writes()).toHaveLength(1);

    if (asked) await bed.approve(asked);
    await bed.pass(30, () => 0.4);
    expect(bed.writes()).toEqual(['scale cart', 'scale cart']);
    expect(bed.replicas()).toBe(3);
    expect(named(await bed.incidents(), 'idle-capacity')).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    await bed.pass(60, () => 0.4);
    expect(bed.writes()).toHaveLength(2);
  });

  it('keeps its replicas when it is back before the person has answered', async () => {
    const bed = aBed();
    await bed.pass(25, () => 0.5);
    await bed.pass(60, (step) => Math.min(1.4, rising(step)));
    await bed.pass(75, () => 0.4);
    const asked = named(await bed.incidents(), 'idle-capacity');
    expect(asked).toMatchObject({ phase: 'asked' });
    await bed.pass(20, () => 1.4);
    if (asked) await bed.approve(asked);
    await bed.pass(20, () => 1.4);
    expect([bed.replicas(), bed.writes()]).toEqual([4, ['scale cart']]);
  });

  it('is told to a person, and not met, where series may not act', async () => {
    const bed = aBed({ mayAct: [] });
    await bed.pass(25, () => 0.5);
    await bed.pass(60, rising);
    expect(named(await bed.incidents(), 'saturation-ahead')).toMatchObject({ phase: 'asked', plan: { action: 'scale-workload' } });
    expect(bed.writes()).toEqual([]);
  });
});

describe('nothing is done about', () => {
  it('noise', async () => {
    const bed = aBed();
    await bed.pass(100, (step) => 0.8 + 0.25 * Math.sin(step * 2.3));
    expect([await bed.incidents(), bed.writes()]).toEqual([[], []]);
  });

  it('one hot pod of three', async () => {
    const bed = aBed();
    await bed.pass(80, rising, (demand, _pods, place) => (place === 0 ? LIMIT : 0.1 * demand));
    expect(bed.writes()).toEqual([]);
    expect(named(await bed.incidents(), 'saturation-ahead')).toBeUndefined();
  });

  it('demand that nobody can see all of', async () => {
    const bed = aBed();
    await bed.pass(80, rising, (demand, pods, place) => (place === 1 ? Number.NaN : evenly(demand, pods, place)));
    expect([await bed.incidents(), bed.writes()]).toEqual([[], []]);
  });

  it('a workload that an autoscaler scales', async () => {
    const bed = aBed();
    bed.world.cluster.put(horizontalPodAutoscaler('cart'));
    await bed.pass(25, () => 0.5);
    await bed.pass(60, rising);
    expect(bed.writes()).toEqual([]);
    expect(named(await bed.incidents(), 'saturation-ahead')?.hypotheses.map(({ cause }) => cause)).not.toContain('insufficient-capacity');
  });
});
