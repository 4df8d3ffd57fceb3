import { afterEach, describe, expect, it } from 'vitest';
import { answerPlan } from '../../src/app/operator.ts';
import type { BoundGuard } from '../../src/core/plugins.ts';
import { aWorld, type World } from '../fakes/world.ts';

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

  const denying: BoundGuard = { name: 'mode', object: () => [{ decision: 'deny', reason: 'the mode is suggest' }] };

  it('goes no further than the diagnosis in a process that does not lead', async () => {
    const one = world({ election: { epoch: () => undefined } });
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'diagnosed' });
  });

  it('is planned for without the Lease where plans are only suggested, and nothing is written', async () => {
    const one = world({ election: { epoch: () => undefined }, settings: { mode: 'suggest' }, guards: [denying] });
    expect(await one.live(MINUTE)).toMatchObject({ phase: 'denied', preview: { dryRun: { answer: 'accepted' } } });
    expect(one.cluster.effective).toHaveLength(0);
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
