import { afterEach, describe, expect, it } from 'vitest';
import { CoreError } from '../../src/core/errors.ts';
import type { BoundGuard } from '../../src/core/plugins.ts';
import { requestUndo } from '../../src/core/stages/undo.ts';
import { aWorld, fixWith, type World } from '../fakes/world.ts';

const worlds: World[] = [];
function world(parts: Parameters<typeof aWorld>[0] = {}): World {
  const made = aWorld(parts);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

const MINUTE = 60_000;

/** The mended workload: the write cures it. */
function curable(one: World): World {
  one.cluster.onWrite(() => one.setSick(undefined));
  return one;
}

describe('an act', () => {
  it('climbs the ladder when it does not help, never the same action twice, then tells a person', async () => {
    const one = world({ actions: [fixWith('first', 'a'), fixWith('second', 'b', { tier: 'high' })] });
    const incident = await one.live(10 * MINUTE);
    expect(incident.attempts.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['first', 'unchanged'],
      ['second', 'unchanged'],
    ]);
    expect(incident.phase).toBe('escalated');
    expect(one.cluster.effective).toHaveLength(2);
  });

  it('is undone, to the byte, when it made things worse, and a person is told', async () => {
    const one = world();
    one.cluster.onWrite(() => one.setReady(one.cluster.effective.length === 1 ? 1 : 3));
    const incident = await one.live(10 * MINUTE);
    expect(incident).toMatchObject({
      phase: 'escalated',
      reason: expect.stringContaining('undone'),
      attempts: [{ outcome: 'worse', undone: true }],
    });
    expect(one.cluster.templateOf(one.cart)).toEqual({ image: 'bad' });
    expect(one.cluster.effective).toHaveLength(2);
  });

  it("is not undone over somebody else's change: the difference is shown instead", async () => {
    const one = world();
    one.cluster.onWrite(() => {
      one.cluster.edit(one.cart, { image: 'hotfix' });
      one.setReady(1);
    });
    const incident = await one.live(10 * MINUTE);
    expect(incident.reason).toContain('template.image: we wrote "good", now "hotfix"');
    expect(one.cluster.effective).toHaveLength(1);
  });

  it('counts as inconclusive, never as recovered, when its effect cannot be read', async () => {
    const one = world();
    one.cluster.onWrite(() => one.setSick('unsure'));
    expect(await one.live(10 * MINUTE)).toMatchObject({ phase: 'escalated', attempts: [{ outcome: 'inconclusive' }] });
  });

  it('counts as inconclusive when we are blind for its pods', async () => {
    const one = curable(world());
    one.cluster.onWrite(() => {
      one.setSick(undefined);
      one.cluster.setAge('Pod', undefined);
    });
    expect(await one.live(10 * MINUTE)).toMatchObject({ phase: 'escalated', attempts: [{ outcome: 'inconclusive' }] });
  });

  it('is confirmed and not repeated when the answer to its write was lost', async () => {
    const one = curable(world());
    one.cluster.failNext('write', new CoreError('cluster-unreachable', 'reset'), true);
    expect(await one.live(5 * MINUTE)).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    expect(one.cluster.effective).toHaveLength(1);
  });

  it('is sent once more, with the same pin, when the write never arrived', async () => {
    const one = curable(world());
    one.cluster.failNext('write', new CoreError('cluster-unreachable', 'reset'));
    expect(await one.live(5 * MINUTE)).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    expect(one.cluster.effective).toHaveLength(1);
  });

  it('is handed to a person when two sends got no answer', async () => {
    const one = world();
    one.cluster.failNext('write', new CoreError('cluster-unreachable', 'reset'));
    one.cluster.failNext('write', new CoreError('cluster-unreachable', 'reset'));
    expect(await one.live(5 * MINUTE)).toMatchObject({ phase: 'escalated', reason: expect.stringContaining('2 sends got no answer') });
    expect(one.cluster.effective).toHaveLength(0);
  });

  it('is tried at most every ten seconds while the API server blocks it, and given up at its deadline', async () => {
    const one = world({ settings: { actDeadlineMs: MINUTE } });
    let tries = 0;
    const writer = {
      write: async () => {
        tries += 1;
        return { is: 'blocked' as const, why: 'disruption budget', retryAfterMs: 1_000 };
      },
    };
    const incident = await one.live(10 * MINUTE, one.alike({ writer }));
    expect(incident).toMatchObject({ phase: 'escalated', reason: expect.stringContaining('disruption budget') });
    expect(tries).toBeGreaterThanOrEqual(1);
    expect(tries).toBeLessThanOrEqual(31);
  });

  it('is not sent when a guard objects between the intent and the write', async () => {
    let asked = 0;
    const late: BoundGuard = {
      name: 'pause',
      object: () => {
        asked += 1;
        return asked === 1 ? [] : [{ decision: 'deny', reason: 'pressed meanwhile' }];
      },
    };
    const one = world({ guards: [late] });
    const incident = await one.live(MINUTE);
    expect(one.cluster.effective).toHaveLength(0);
    expect(incident.verdict).toMatchObject({ decision: 'deny' });
    const [intent] = await one.context.store.ledger(0);
    expect(intent).toMatchObject({ state: 'void', sends: 0 });
  });

  it('takes effect once when two processes work on the same incident', async () => {
    const one = curable(world());
    await one.look();
    await Promise.all([one.live(2 * MINUTE), one.live(2 * MINUTE, one.alike({}))]);
    expect(one.cluster.effective).toHaveLength(1);
  });

  it('can be taken back by a person afterwards', async () => {
    const one = curable(world());
    const incident = await one.live(5 * MINUTE);
    await requestUndo(incident.id, 'user:ann', one.context);
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'escalated', reason: expect.stringContaining('user:ann asked for the undo') });
    expect(one.cluster.templateOf(one.cart)).toEqual({ image: 'bad' });
  });
});
