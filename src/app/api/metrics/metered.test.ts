import { afterEach, describe, expect, it } from 'vitest';
import { aWorld, type World } from '../../../../test/fakes/world.ts';
import { CoreError } from '../../../core/errors.ts';
import { everything, loopOf } from '../../loop.ts';
import { meteredIntake, meteredLoop, meteredStore } from './metered.ts';
import { type Meters, openMeters } from './meters.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

function metersOf(world: World): Meters {
  worlds.push(world);
  const { clock, store, cluster, election } = world.context;
  return openMeters({ clock, store, cluster, election, actions: ['fix'], guards: ['mode', 'pause'] });
}

/** The value of one series; undefined when it is not there. */
async function figure(meters: Meters, series: string): Promise<number | undefined> {
  const line = (await meters.text()).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('the figures', () => {
  it('count an act and its outcome', async () => {
    const world = aWorld();
    const meters = metersOf(world);
    world.cluster.onWrite(() => world.setSick(undefined));
    await world.live(5 * 60_000, world.alike({ store: meteredStore(world.context.store, meters) }));
    expect(await figure(meters, 'kubemend_acts_total{action="fix",kind="act"}')).toBe(1);
    expect(await figure(meters, 'kubemend_act_outcomes_total{action="fix",outcome="recovered"}')).toBe(1);
    expect(await figure(meters, 'kubemend_act_outcomes_total{action="fix",outcome="worse"}')).toBe(0);
  });

  it('count what made it worse, and its undo', async () => {
    const world = aWorld();
    const meters = metersOf(world);
    world.cluster.onWrite(() => world.setReady(0));
    await world.live(10 * 60_000, world.alike({ store: meteredStore(world.context.store, meters) }));
    expect(await figure(meters, 'kubemend_act_outcomes_total{action="fix",outcome="worse"}')).toBe(1);
    expect(await figure(meters, 'kubemend_acts_total{action="fix",kind="undo"}')).toBe(1);
  });

  it('count each guard that objected, once a verdict, and one that nobody knows as other', async () => {
    const guard = (name: string) => ({
      name,
      object: () => [
        { decision: 'deny' as const, reason: 'no' },
        { decision: 'deny' as const, reason: 'and no' },
      ],
    });
    const world = aWorld({ guards: [guard('pause'), guard('homemade')] });
    const meters = metersOf(world);
    await world.live(60_000, world.alike({ store: meteredStore(world.context.store, meters) }));
    expect(await figure(meters, 'kubemend_guard_objections_total{guard="pause",verdict="deny"}')).toBe(1);
    expect(await figure(meters, 'kubemend_guard_objections_total{guard="other",verdict="deny"}')).toBe(1);
    expect(await figure(meters, 'kubemend_incidents_open{phase="denied"}')).toBe(1);
  });

  it('count nothing that did not become durable', async () => {
    const world = aWorld();
    const meters = metersOf(world);
    const failing = { ...world.context.store, commit: async () => Promise.reject(new CoreError('store-failed', 'full')) };
    const entry = { at: 0, actor: 'kubemend', what: 'acted' as const, detail: { action: 'fix' } };
    await expect(meteredStore(failing, meters).commit({ audit: [entry] })).rejects.toThrow('full');
    expect(await figure(meters, 'kubemend_acts_total{action="fix",kind="act"}')).toBe(0);
  });

  it('measure each look at the cluster; one that fails is no sign of life', async () => {
    const world = aWorld();
    const meters = metersOf(world);
    const { clock, context } = world;
    const loop = loopOf(context, { report: undefined }, everything);
    const look = async () => {
      clock.advance(300);
      return loop.look();
    };
    const slow = { ...loop, look };
    expect(await figure(meters, 'kubemend_detection_last_timestamp_seconds')).toBeUndefined();
    await meteredLoop(slow, meters, clock).look();
    expect(await figure(meters, 'kubemend_detection_cycle_duration_seconds_sum')).toBeCloseTo(0.3);
    const seenAt = clock.now() / 1_000;
    clock.advance(60_000);
    const broken = { ...loop, look: async () => Promise.reject(new Error('broken')) };
    await expect(meteredLoop(broken, meters, clock).look()).rejects.toThrow('broken');
    expect(await figure(meters, 'kubemend_detection_last_timestamp_seconds')).toBeCloseTo(seenAt);
  });

  it('count notifications and alerts', async () => {
    const meters = metersOf(aWorld());
    const taken = { is: 'taken', accepted: 2, repeated: 3, ignored: [{ alert: 'x', why: 'y' }], truncated: 0 } as const;
    await meteredIntake({ take: async () => taken }, meters).take({});
    await meteredIntake({ take: async () => ({ is: 'busy', why: 'full' }) }, meters).take({});
    await expect(meteredIntake({ take: async () => Promise.reject(new Error('disk')) }, meters).take({})).rejects.toThrow('disk');
    expect(await figure(meters, 'kubemend_alerts_total{result="repeated"}')).toBe(3);
    for (const result of ['taken', 'busy', 'failed'])
      expect(await figure(meters, `kubemend_alert_notifications_total{result="${result}"}`)).toBe(1);
  });
});
