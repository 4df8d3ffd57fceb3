import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evictPod } from '../../src/actions/evict-pod.ts';
import type { Context } from '../../src/core/context.ts';
import type { Alert } from '../../src/core/model/signal.ts';
import { alerted } from '../../src/detectors/alerts/alerted.ts';
import { configuredAlerts } from '../../src/diagnosers/configured-alerts.ts';
import { confidence } from '../../src/guards/confidence.ts';
import { evidenceAge } from '../../src/guards/evidence-age.ts';
import { evidenceTrust } from '../../src/guards/evidence-trust.ts';
import { alert } from '../fakes/alerts.ts';
import { pod, replicaSet } from '../fakes/objects.ts';
import { aWorld, type World } from '../fakes/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('a leak that an alert speaks of', () => {
  let world: World;
  let context: Context;
  let alerts: Alert[];
  const sick = () => [...world.cluster.objects()].map(({ object }) => object).find(({ meta }) => meta.ref.name === 'cart-1-0');

  beforeEach(() => {
    world = aWorld({
      detectors: [alerted],
      diagnosers: [configuredAlerts],
      actions: [evictPod],
      guards: [confidence, evidenceAge, evidenceTrust].map((guard) => guard.bind({})),
    });
    world.setSick(undefined);
    const subject = sick();
    if (!subject) throw new Error('the world has no pod');
    const now = world.clock.now();
    alerts = [alert(subject, { at: now, startsAt: now - MINUTE, cause: 'memory-leak' })];
    context = world.alike({ cluster: { ...world.cluster, alerts: () => alerts } });
  });
  afterEach(() => world.close());

  const say = (changes: Partial<Alert>) => {
    alerts = alerts.map((one) => ({ ...one, at: world.clock.now(), ...changes }));
  };
  async function approve(): Promise<void> {
    const [incident] = await context.store.incidents({ open: true });
    if (!incident?.plan) throw new Error('nothing is asked');
    const at = world.clock.now();
    const approval = {
      incidentId: incident.id,
      planHash: incident.plan.hash,
      decision: 'approved',
      by: 'user:ann',
      at,
      expiresAt: at + MINUTE,
    };
    await context.store.commit({ approval: { ...approval, decision: 'approved' }, audit: [] });
  }

  it('is asked about even in mode auto, evicted on approval, and recovered once the pod is replaced', async () => {
    expect(await world.live(20 * SECOND, context)).toMatchObject({
      phase: 'asked',
      subject: { kind: 'Deployment', name: 'cart' },
      hypotheses: [{ cause: 'memory-leak', by: 'configured-alerts', configured: true }],
      plan: { action: 'evict-pod', treats: 'memory-leak', target: { name: 'cart-1-0' } },
      verdict: { reasons: expect.arrayContaining([expect.stringMatching(/^confidence: .*word of the configuration/)]) },
    });
    expect(world.cluster.effective).toEqual([]);
    world.cluster.onWrite(({ target }) => {
      world.cluster.remove(target);
      const [set] = [...world.cluster.objects()].map(({ object }) => object).filter(({ kind }) => kind === 'ReplicaSet');
      world.cluster.put(pod('cart-1-new', { ownedBy: set ?? replicaSet('cart-1', {}) }));
    });
    await approve();
    expect(await world.live(2 * MINUTE, context)).toMatchObject({
      phase: 'resolved',
      reason: 'recovered',
      attempts: [{ outcome: 'recovered' }],
    });
    expect(world.cluster.effective).toMatchObject([{ verb: 'evict', target: 'cart-1-0' }]);
  });

  it('is over when the alert is resolved before anybody answered', async () => {
    await world.live(20 * SECOND, context);
    say({ status: 'resolved' });
    expect(await world.live(MINUTE, context)).toMatchObject({ phase: 'resolved', reason: 'self-recovered' });
    expect(world.cluster.effective).toEqual([]);
  });

  it('is neither over nor acted for when the alert fell silent, even on approval', async () => {
    await world.live(20 * SECOND, context);
    world.clock.advance(8 * MINUTE);
    await approve();
    const incident = await world.live(30 * SECOND, context);
    expect(incident.phase).not.toBe('resolved');
    expect(world.cluster.effective).toEqual([]);
  });

  it.each([
    ['not worse when it is told by an alert', alerted, { outcome: 'inconclusive', undone: false }],
    ['worse when it is seen by ourselves', { ...alerted, isHearsay: undefined }, { outcome: 'worse' }],
  ])('that comes back in another form only after the act is %s', async (_, { isHearsay, ...told }, attempt) => {
    await world.live(20 * SECOND, context);
    world.cluster.onWrite(({ target }) => {
      world.cluster.remove(target);
      const [set] = [...world.cluster.objects()].map(({ object }) => object).filter(({ kind }) => kind === 'ReplicaSet');
      world.cluster.put(pod('cart-1-new', { ownedBy: set ?? replicaSet('cart-1', {}) }));
    });
    await approve();
    await world.live(20 * SECOND, context);
    const cart = [...world.cluster.objects()].map(({ object }) => object).find(({ kind }) => kind === 'Deployment');
    if (!cart) throw new Error('the world has no cart');
    const late = () => [alert(cart, { at: world.clock.now(), fingerprint: 'late' })];
    const after = world.alike({
      cluster: { ...world.cluster, alerts: late },
      detectors: [{ ...told, name: 'late-alert', ...(isHearsay && { isHearsay }) }],
    });
    const incident = await world.live(6 * MINUTE, { ...after, guards: context.guards });
    expect(incident.phase).toBe('escalated');
    expect(incident.attempts).toMatchObject([attempt]);
  });

  it('is not acted for again when the alert stays as it was, silent since before the act', async () => {
    await world.live(20 * SECOND, context);
    await approve();
    expect(await world.live(10 * MINUTE, context)).toMatchObject({ attempts: [{ action: 'evict-pod' }] });
    expect(world.cluster.effective).toHaveLength(1);
  });
});
