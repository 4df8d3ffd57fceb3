import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts';
import { alert, notification, rawAlert } from '../../../test/fakes/alerts.ts';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import type { AlertMapping } from '../../adapters/sources/alertmanager/alert-mapping.ts';
import { openSqliteStore } from '../../adapters/store/sqlite/sqlite-store.ts';
import { CoreError } from '../../core/errors.ts';
import type { Store } from '../../core/ports.ts';
import { openAlertBook } from './alert-book.ts';
import { alertIntake } from './alert-intake.ts';

const mapping: AlertMapping = { KubePodNotReady: { subject: 'pod', labels: {} } };
const MINUTE = 60_000;

async function anIntake(adapt: (store: Store) => Store = (store) => store) {
  const clock = fakeClock(NOON);
  const stateDir = temporaryDirectory();
  const store = adapt(openSqliteStore({ stateDir, clock }));
  onTestFinished(() => store.close());
  const cluster = fakeReader([pod('cart-0'), pod('cart-1')]);
  const book = await openAlertBook(store, clock.now());
  const parts = { clock, log: quietLogger, store, cluster, book, mapping, clusterName: 'default', isForbidden: () => false };
  return { clock, store, cluster, book, parts, stateDir, intake: alertIntake(parts) };
}
const about = (name: string, changes = {}) => rawAlert({ namespace: 'shop', pod: name }, { fingerprint: name, ...changes });
const current = ({ book, clock }: Awaited<ReturnType<typeof anIntake>>) => [...book.current(clock.now())];

describe('the intake of alerts', () => {
  it('has made an alert durable when it says that it took it, and the view sees it', async () => {
    const one = await anIntake();
    expect(await one.intake.take(notification([about('cart-0')]))).toEqual({
      is: 'taken',
      accepted: 1,
      repeated: 0,
      ignored: [],
      truncated: 0,
    });
    expect(await one.store.alerts(0)).toMatchObject([{ subject: { name: 'cart-0', uid: pod('cart-0').meta.ref.uid } }]);
    expect(current(one)).toHaveLength(1);
  });

  it('refreshes a repeated alert and never doubles it', async () => {
    const one = await anIntake();
    await one.intake.take(notification([about('cart-0')]));
    one.clock.advance(MINUTE);
    expect(await one.intake.take(notification([about('cart-0')]))).toMatchObject({ accepted: 0, repeated: 1 });
    expect(current(one)).toMatchObject([{ at: NOON + MINUTE, startsAt: NOON - MINUTE }]);
    expect(await one.store.alerts(0)).toHaveLength(1);
  });

  it('keeps a repeated alert with the pod that it began with, though another has its name now', async () => {
    const one = await anIntake();
    await one.intake.take(notification([about('cart-0')]));
    const successor = pod('cart-0');
    one.cluster.put({ ...successor, meta: { ...successor.meta, ref: { ...successor.meta.ref, uid: 'new' }, createdAt: NOON } });
    one.clock.advance(5_000);
    await one.intake.take(notification([about('cart-0')]));
    expect(current(one)).toMatchObject([{ subject: { uid: pod('cart-0').meta.ref.uid } }]);
  });

  it('ends an alert that is resolved, for good: a late delivery does not revive it', async () => {
    const one = await anIntake();
    await one.intake.take(notification([about('cart-0')]));
    one.clock.advance(1_000);
    await one.intake.take(notification([about('cart-0', { status: 'resolved', endsAt: new Date(NOON).toISOString() })]));
    one.clock.advance(1_000);
    await one.intake.take(notification([about('cart-0')]));
    expect(current(one)).toMatchObject([{ status: 'resolved', endsAt: NOON }]);
    expect(await one.store.alerts(0)).toMatchObject([{ status: 'resolved', endsAt: NOON }]);
  });

  it('takes what it can and says what it ignored and why', async () => {
    const one = await anIntake();
    const receipt = await one.intake.take(
      notification([about('cart-0'), about('gone'), about('cart-1', { status: 'resolved' })], { truncatedAlerts: 3 }),
    );
    expect(receipt).toMatchObject({
      accepted: 1,
      truncated: 3,
      ignored: [{ why: 'Pod shop/gone is not in the cluster' }, { why: expect.stringContaining('never heard of') }],
    });
  });

  it('names every fault of what is no notification, and keeps nothing', async () => {
    const one = await anIntake();
    const receipt = await one.intake.take(notification([about('cart-0'), about('cart-1', { startsAt: 'soon' })]));
    expect(receipt).toMatchObject({ is: 'malformed', faults: [expect.stringMatching(/^alerts\.1\.startsAt: /)] });
    expect(await one.store.alerts(0)).toEqual([]);
  });

  it('answers whatever it is sent, and keeps only what it could read', async () => {
    const one = await anIntake();
    const part = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.constantFrom('4', 'firing', 'KubePodNotReady', 'shop', 'cart-0', '2027-01-01T11:00:00Z'),
    );
    const labels = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('alertname', 'namespace', 'pod', '__proto__')), part);
    const alerts = fc.array(
      fc.record({ status: part, labels, annotations: part, startsAt: part, fingerprint: part }, { requiredKeys: [] }),
    );
    const payload = fc.oneof(fc.anything(), fc.record({ version: fc.oneof(part, fc.constant('4')), alerts: fc.oneof(part, alerts) }));
    await fc.assert(
      fc.asyncProperty(payload, async (sent) => {
        expect(['taken', 'malformed']).toContain((await one.intake.take(sent)).is);
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks to come back while the kind is not in fresh view', async () => {
    const one = await anIntake();
    one.cluster.setAge('Pod', undefined);
    expect(await one.intake.take(notification([about('cart-0')]))).toMatchObject({ is: 'busy', why: expect.stringContaining('Pods') });
    expect(await one.store.alerts(0)).toEqual([]);
  });

  it('does not ask to come back for a kind that it may never see', async () => {
    const one = await anIntake();
    one.cluster.setAge('Pod', undefined);
    const blind = alertIntake({ ...one.parts, isForbidden: () => true });
    expect(await blind.take(notification([about('cart-0')]))).toMatchObject({
      is: 'taken',
      ignored: [{ why: expect.stringContaining('may not read') }],
    });
  });

  it('is busy rather than forgetful when too much waits for the store', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = (store: Store): Store => ({ ...store, commit: async (change) => gate.promise.then(() => store.commit(change)) });
    const one = await anIntake(slow);
    const many = (from: number) => notification(Array.from({ length: 500 }, (_, n) => about('cart-0', { fingerprint: `f${from + n}` })));
    const first = Array.from({ length: 20 }, (_, n) => one.intake.take(many(n * 500)));
    expect(await one.intake.take(many(99_000))).toMatchObject({ is: 'busy', why: '10000 alerts wait to be stored' });
    gate.resolve();
    for (const receipt of await Promise.all(first)) expect(receipt).toMatchObject({ is: 'taken', accepted: 500 });
    expect(await one.store.alerts(0)).toHaveLength(10_000);
  });

  it('says nothing and shows nothing when the store fails', async () => {
    const one = await anIntake((store) => ({ ...store, commit: async () => Promise.reject(new CoreError('store-failed', 'full')) }));
    await expect(one.intake.take(notification([about('cart-0')]))).rejects.toMatchObject({ code: 'store-failed' });
    expect(current(one)).toEqual([]);
  });
});

describe('the book of alerts', () => {
  it('opens after a restart with what was active', async () => {
    const one = await anIntake();
    await one.intake.take(notification([about('cart-0')]));
    const again = openSqliteStore({ stateDir: one.stateDir, clock: one.clock });
    onTestFinished(() => again.close());
    expect([...(await openAlertBook(again, one.clock.now())).current(one.clock.now())]).toEqual(current(one));
  });

  it('has room again after a storm that is over, and not before', async () => {
    const one = await anIntake();
    const subject = pod('cart-0').meta.ref;
    const storm = Array.from({ length: 20_000 }, (_, n) => alert(pod('cart-0'), { id: `alert:s${n}:0`, fingerprint: `s${n}`, subject }));
    one.book.enter(storm);
    expect(await one.intake.take(notification([about('cart-1')]))).toMatchObject({
      is: 'busy',
      why: expect.stringContaining('as many alerts'),
    });
    one.book.enter(storm.map((each) => ({ ...each, status: 'resolved' })));
    expect(await one.intake.take(notification([about('cart-1')]))).toMatchObject({ is: 'busy' });
    one.clock.advance(15 * MINUTE + 1);
    expect(await one.intake.take(notification([about('cart-1')]))).toMatchObject({ is: 'taken', accepted: 1 });
    expect(current(one)).toHaveLength(1);
  });

  it('forgets what nobody spoke of for a day', async () => {
    const one = await anIntake();
    await one.intake.take(notification([about('cart-0')]));
    one.clock.advance(24 * 60 * MINUTE + 1);
    expect(current(one)).toEqual([]);
  });
});
