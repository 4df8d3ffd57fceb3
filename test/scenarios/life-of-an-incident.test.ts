import { afterEach, describe, expect, it } from 'vitest';
import { answerPlan } from '../../src/app/operator.ts';
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

const asks: BoundGuard = { name: 'mode', object: () => [{ decision: 'ask', reason: 'somebody has to agree' }] };
const MINUTE = 60_000;

/** The mended workload: the write cures it. */
function curable(one: World): World {
  one.cluster.onWrite(() => one.setSick(undefined));
  return one;
}
const approve = (one: World, id: string) => answerPlan(id, 'approved', { store: one.context.store, clock: one.clock, by: 'user:ann' });
const story = async (one: World, id: string) => (await one.context.store.audit({ incidentId: id })).map(({ entry }) => entry.what);

describe('an incident', () => {
  it('is detected, diagnosed, mended once and closed as recovered, with every row before its deed', async () => {
    const one = curable(world());
    const incident = await one.live(5 * MINUTE);
    expect(incident).toMatchObject({
      phase: 'resolved',
      reason: 'recovered',
      attempts: [{ action: 'fix', outcome: 'recovered', undone: false }],
    });
    expect(one.cluster.effective).toHaveLength(1);
    expect(await story(one, incident.id)).toEqual(['opened', 'diagnosed', 'planned', 'intent', 'sent', 'acted', 'verified', 'ended']);
    expect(await one.context.store.verifyAudit()).toMatchObject({ intact: true });
  });

  it('waits for a person when a guard asks, and acts on the approval', async () => {
    const one = curable(world({ guards: [asks] }));
    const asked = await one.live(MINUTE);
    expect(asked).toMatchObject({ phase: 'asked', verdict: { decision: 'ask', reasons: ['mode: somebody has to agree'] } });
    expect(one.cluster.effective).toHaveLength(0);
    await approve(one, asked.id);
    expect(await one.live(5 * MINUTE)).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    expect(one.cluster.effective).toHaveLength(1);
    const [intent] = await one.context.store.ledger(0);
    expect(intent).toMatchObject({ approvedBy: 'user:ann', state: 'applied' });
  });

  it('is told to a person when nobody answers in time', async () => {
    const one = world({ guards: [asks] });
    expect(await one.live(20 * MINUTE)).toMatchObject({ phase: 'escalated', reason: 'nobody answered the question in time' });
    expect(one.cluster.effective).toHaveLength(0);
  });

  it('takes no for an answer', async () => {
    const one = world({ guards: [asks] });
    const asked = await one.live(MINUTE);
    await answerPlan(asked.id, 'denied', { store: one.context.store, clock: one.clock, by: 'user:ann' });
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'escalated', reason: 'user:ann said no' });
    expect(one.cluster.effective).toHaveLength(0);
  });

  it('refuses an approval whose target has got another spec, and asks anew', async () => {
    const one = world({ guards: [asks] });
    const asked = await one.live(MINUTE);
    await approve(one, asked.id);
    one.cluster.edit(one.cart, { image: 'edited by somebody' });
    const again = await one.live(MINUTE);
    expect(again).toMatchObject({ phase: 'asked' });
    expect(again.plan?.hash).not.toBe(asked.plan?.hash);
    expect(one.cluster.effective).toHaveLength(0);
    expect(await story(one, asked.id)).toContain('denied');
  });

  it('holds an approval good when only the status has changed', async () => {
    const one = curable(world({ guards: [asks] }));
    const asked = await one.live(MINUTE);
    await approve(one, asked.id);
    one.cluster.touch(one.cart);
    expect(await one.live(5 * MINUTE)).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    expect(one.cluster.effective).toHaveLength(1);
  });

  it('ends as self-recovered, and nothing is done, when the symptom goes first', async () => {
    const one = world({ guards: [asks] });
    await one.live(MINUTE);
    one.setSick(undefined);
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'resolved', reason: 'self-recovered', attempts: [] });
    expect(one.cluster.effective).toHaveLength(0);
  });

  it('expires when its subject is gone', async () => {
    const one = world({ guards: [asks] });
    await one.live(MINUTE);
    one.cluster.remove(one.cart);
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'expired', reason: 'the subject is gone' });
  });

  it('is not acted for when a guard breaks', async () => {
    const broken: BoundGuard = {
      name: 'pdb',
      object: () => {
        throw new Error('cannot read');
      },
    };
    const one = world({ guards: [broken] });
    expect(await one.live(MINUTE)).toMatchObject({
      phase: 'denied',
      verdict: { decision: 'deny', reasons: [expect.stringContaining('pdb: could not decide')] },
    });
    expect(one.cluster.effective).toHaveLength(0);
  });

  it('goes no further than the diagnosis in a process that does not lead', async () => {
    const one = world({ election: { epoch: () => undefined } });
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'diagnosed' });
  });

  it('stays diagnosed in mode observe', async () => {
    const one = world({ settings: { mode: 'observe' } });
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'diagnosed' });
    expect(one.cluster.effective).toHaveLength(0);
  });

  it('is opened once for an escalated problem that goes on', async () => {
    const one = world({ actions: [] });
    const first = await one.live(5 * MINUTE);
    expect(first.phase).toBe('escalated');
    for (let minute = 0; minute < 30; minute += 1) {
      one.clock.advance(MINUTE);
      await one.look();
    }
    expect(await one.context.store.incidents({ since: 0 })).toHaveLength(1);
  });
});

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
