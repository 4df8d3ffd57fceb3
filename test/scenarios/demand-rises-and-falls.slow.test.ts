import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/core/model/incident.ts';
import { horizontalPodAutoscaler } from '../fakes/objects.ts';
import { demandScene, evenly, LIMIT } from './demand-scene.ts';

/** From 0.5 of the 1.5 cores that three pods have upwards, by one in a hundred of them a step. */
const rising = (step: number) => 0.5 + step * 0.015;
const named = (incidents: readonly Incident[], detector: string) =>
  incidents.find(({ findings }) => findings.some((finding) => finding.detector === detector));

describe('demand that rises to what the limits allow, and falls again', () => {
  it('is met before it is reached, and given back when a person says so', async () => {
    const scene = await demandScene();
    await scene.pass(25, () => 0.5);
    let met: number | undefined;
    for (let step = 0; step < 60 && met === undefined; step += 1) {
      await scene.pass(1, () => rising(step));
      if (scene.replicas() > 3) met = rising(step);
    }
    expect(scene.writes()).toEqual(['scale cart']);
    expect(scene.replicas()).toBeGreaterThanOrEqual(4);
    expect(met).toBeLessThan(0.85 * 1.5);

    await scene.pass(30, () => 1.4);
    expect(await scene.incidents()).toMatchObject([
      { phase: 'resolved', reason: 'recovered', attempts: [{ action: 'scale-workload', outcome: 'recovered', undone: false }] },
    ]);

    await scene.pass(50, () => 0.4);
    await scene.pass(25, () => 0.4);
    const asked = named(await scene.incidents(), 'idle-capacity');
    expect(asked).toMatchObject({ phase: 'asked', plan: { action: 'scale-back', input: { replicas: 3 } } });
    expect(scene.writes()).toHaveLength(1);

    if (asked) await scene.approve(asked);
    await scene.pass(30, () => 0.4);
    expect(scene.writes()).toEqual(['scale cart', 'scale cart']);
    expect(scene.replicas()).toBe(3);
    expect(named(await scene.incidents(), 'idle-capacity')).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    await scene.pass(60, () => 0.4);
    expect(scene.writes()).toHaveLength(2);
  });

  it('keeps its replicas when it is back before the person has answered', async () => {
    const scene = await demandScene();
    await scene.pass(25, () => 0.5);
    await scene.pass(60, (step) => Math.min(1.4, rising(step)));
    await scene.pass(75, () => 0.4);
    const asked = named(await scene.incidents(), 'idle-capacity');
    expect(asked).toMatchObject({ phase: 'asked' });
    await scene.pass(20, () => 1.4);
    if (asked) await scene.approve(asked);
    await scene.pass(20, () => 1.4);
    expect([scene.replicas(), scene.writes()]).toEqual([4, ['scale cart']]);
  });

  it('is given back although kubemend was started anew since it was met, and again since a person was asked', async () => {
    const scene = await demandScene();
    await scene.pass(25, () => 0.5);
    await scene.pass(60, (step) => Math.min(1.4, rising(step)));
    expect([scene.replicas(), scene.writes()]).toEqual([4, ['scale cart']]);
    await scene.restart();
    await scene.pass(75, () => 0.4);
    const asked = named(await scene.incidents(), 'idle-capacity');
    expect(asked).toMatchObject({ phase: 'asked', plan: { action: 'scale-back', input: { from: 4, replicas: 3 } } });
    await scene.restart();
    if (asked) await scene.approve(asked);
    await scene.pass(30, () => 0.4);
    expect([scene.replicas(), scene.writes()]).toEqual([3, ['scale cart', 'scale cart']]);
    expect(named(await scene.incidents(), 'idle-capacity')).toMatchObject({ phase: 'resolved', reason: 'recovered' });
  });

  it('is told to a person, and not met, where series may not act, as nobody has said that they may', async () => {
    const scene = await demandScene({});
    await scene.pass(25, () => 0.5);
    await scene.pass(60, rising);
    expect(named(await scene.incidents(), 'saturation-ahead')).toMatchObject({ phase: 'asked', plan: { action: 'scale-workload' } });
    expect(scene.writes()).toEqual([]);
  });
});

describe('nothing is done about', () => {
  it('noise', async () => {
    const scene = await demandScene();
    await scene.pass(100, (step) => 0.8 + 0.25 * Math.sin(step * 2.3));
    expect([await scene.incidents(), scene.writes()]).toEqual([[], []]);
  });

  it('one hot pod of three', async () => {
    const scene = await demandScene();
    await scene.pass(80, rising, (demand, _pods, place) => (place === 0 ? LIMIT : 0.1 * demand));
    expect(scene.writes()).toEqual([]);
    expect(named(await scene.incidents(), 'saturation-ahead')).toBeUndefined();
  });

  it('demand that nobody can see all of', async () => {
    const scene = await demandScene();
    await scene.pass(80, rising, (demand, pods, place) => (place === 1 ? Number.NaN : evenly(demand, pods, place)));
    expect([await scene.incidents(), scene.writes()]).toEqual([[], []]);
  });

  it('a workload that an autoscaler scales', async () => {
    const scene = await demandScene();
    scene.cluster.put(horizontalPodAutoscaler('cart'));
    await scene.pass(25, () => 0.5);
    await scene.pass(60, rising);
    expect(scene.writes()).toEqual([]);
    expect(named(await scene.incidents(), 'saturation-ahead')?.hypotheses.map(({ cause }) => cause)).not.toContain('insufficient-capacity');
  });
});
