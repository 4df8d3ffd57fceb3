import { expect, it } from 'vitest';
import { answerPlan } from '../../src/app/operator.ts';
import type { Context } from '../../src/core/context.ts';
import { auditOf } from '../../src/core/stages/step.ts';
import { Killed, killSwitch } from '../fakes/kill-switch.ts';
import { aWorld, type World } from '../fakes/world.ts';

const MINUTE = 60_000;

/** Runs until killed (or the end), then resumes with a fresh context, as a restarted process does. */
async function killedAt(point: number | undefined, one: World): Promise<number> {
  const killer = killSwitch(point);
  const doomed = one.alike({ store: killer.wrap(one.context.store), writer: killer.wrap(one.cluster) });
  try {
    await one.live(5 * MINUTE, doomed);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  return killer.passed();
}

/** Every write has its intent row before it, and one id has at most one effect. */
async function expectLawful(one: World): Promise<void> {
  const rows = await one.context.store.audit({});
  for (const { stamp, at } of one.cluster.effective) {
    const intent = rows.find(({ entry }) => entry.what === 'intent' && entry.actionId === stamp.actionId);
    expect(intent, `intent of ${stamp.actionId}`).toBeDefined();
    expect(intent?.entry.at).toBeLessThanOrEqual(at);
  }
  expect(new Set(one.cluster.effective.map(({ stamp }) => stamp.actionId)).size).toBe(one.cluster.effective.length);
  expect(await one.context.store.verifyAudit()).toMatchObject({ intact: true });
}

it('takes effect exactly once, wherever it is killed between two calls of Store or ClusterWriter, and is resumed', async () => {
  const whole = aWorld();
  whole.cluster.onWrite(() => whole.setSick(undefined));
  const points = await killedAt(undefined, whole);
  await whole.close();
  expect(points).toBeGreaterThan(40);
  for (let point = 0; point < points; point += 1) {
    const one = aWorld();
    one.cluster.onWrite(() => one.setSick(undefined));
    await killedAt(point, one);
    const incident = await one.live(10 * MINUTE);
    expect(one.cluster.effective.length, `killed at point ${point}`).toBe(1);
    expect(incident, `killed at point ${point}`).toMatchObject({ phase: 'resolved', reason: 'recovered' });
    await expectLawful(one);
    await one.close();
  }
}, 60_000);

it('undoes exactly once, wherever it is killed', async () => {
  const worsens = (one: World) => one.cluster.onWrite(() => one.setReady(one.cluster.effective.length === 1 ? 1 : 3));
  const whole = aWorld();
  worsens(whole);
  const points = await killedAt(undefined, whole);
  await whole.close();
  for (let point = 0; point < points; point += 1) {
    const one = aWorld();
    worsens(one);
    await killedAt(point, one);
    await one.live(10 * MINUTE);
    expect(one.cluster.effective.length, `killed at point ${point}`).toBe(2);
    expect(one.cluster.templateOf(one.cart)).toEqual({ image: 'bad' });
    await expectLawful(one);
    await one.close();
  }
}, 60_000);

it('would be caught if it acted first and recorded afterwards', async () => {
  const one = aWorld();
  const incident = await one.look();
  if (!incident) throw new Error('nothing found');
  /** The careless order, on the same ports. */
  async function careless({ store, writer, cluster, clock }: Context): Promise<void> {
    const [open] = await store.incidents({ open: true });
    const live = open && (await cluster.live(open.subject));
    if (!open || !live || open.actionId !== undefined) return;
    const write = { verb: 'replace-template' as const, target: live.object.meta.ref, template: { image: 'good' } };
    await writer.write(write, live.object.meta.resourceVersion, { actionId: 'careless', epoch: 1 });
    await store.commit({ incident: { ...open, actionId: 'careless' }, audit: [auditOf(open, 'acted', clock.now(), {})] });
  }
  let duplicates = 0;
  for (let point = 0; point < 8; point += 1) {
    const killer = killSwitch(point);
    const before = one.cluster.effective.length;
    const doomed = one.alike({ store: killer.wrap(one.context.store), writer: killer.wrap(one.cluster) });
    await careless(doomed).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
    await careless(one.context);
    if (one.cluster.effective.length - before > 1) duplicates += 1;
    const [open] = await one.context.store.incidents({ open: true });
    if (open?.actionId !== undefined) {
      const { actionId, ...rest } = open;
      await one.context.store.commit({ incident: rest, audit: [] });
    }
  }
  expect(duplicates).toBeGreaterThan(0);
  await one.close();
});

it('does not repeat an act for which the approval came just before the kill', async () => {
  const one = aWorld({ guards: [{ name: 'mode', object: () => [{ decision: 'ask', reason: 'agree' }] }] });
  one.cluster.onWrite(() => one.setSick(undefined));
  const asked = await one.live(MINUTE);
  await answerPlan(asked.id, 'approved', { store: one.context.store, clock: one.clock, by: 'user:ann' });
  for (let point = 0; point < 30; point += 1) await killedAt(point, one);
  await one.live(10 * MINUTE);
  expect(one.cluster.effective).toHaveLength(1);
  await one.close();
});
