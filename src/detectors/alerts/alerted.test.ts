import { describe, expect, it } from 'vitest';
import { alert } from '../../../test/fakes/alerts.ts';
import { LONG_AGO, NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, pod, replicaSet } from '../../../test/fakes/objects.ts';
import { fakeView } from '../../../test/fakes/view.ts';
import type { Alert } from '../../core/model/signal.ts';
import { alerted } from './alerted.ts';

const cart = deployment('cart');
const set = replicaSet('cart-1', { ownedBy: cart });
const sick = pod('cart-1-a', { ownedBy: set });
const asked = (alerts: readonly Alert[], about = sick.meta.ref) =>
  alerted.detect(fakeView([sick, set, cart], { alerts }).timelineOf(about));

describe('alerted', () => {
  it.each<[string, readonly Alert[], string]>([
    ['fires while the alert is repeated', [alert(sick)], 'firing'],
    ['fires up to four minutes after the last news', [alert(sick, { at: NOON - 240_000 })], 'firing'],
    ['does not know once it was silent for longer', [alert(sick, { at: NOON - 240_001 })], 'unknown'],
    ['is quiet without an alert', [], 'quiet'],
    ['is quiet when the alert is resolved', [alert(sick, { status: 'resolved', endsAt: NOON - 1 })], 'quiet'],
    ['is quiet when the time of the alert is over', [alert(sick, { endsAt: NOON })], 'quiet'],
    ['fires when one of two alerts is over', [alert(sick, { status: 'resolved' }), alert(sick, { fingerprint: 'beef' })], 'firing'],
    ['holds no alert about a pod against its owner', [alert(cart)], 'quiet'],
    [
      'holds no alert about an earlier pod of the same name against this one',
      [alert(sick, { subject: { ...sick.meta.ref, uid: 'earlier' } })],
      'quiet',
    ],
  ])('%s', (_, alerts, answer) => {
    expect(asked(alerts).is).toBe(answer);
  });

  it('says the alert and its summary on one line, and names it as evidence', () => {
    expect(asked([alert(sick, { annotations: { summary: 'memory\ngrows' } })])).toEqual({
      is: 'firing',
      summary: 'Pod shop/cart-1-a is alerted about: ContainerMemoryLeaking: memory grows',
      score: 0.6,
      evidence: [alert(sick).id],
    });
  });

  it('is quiet about an object that is going', () => {
    const going = { ...sick, meta: { ...sick.meta, deletedAt: LONG_AGO } };
    expect(alerted.detect(fakeView([going], { alerts: [alert(going)] }).timelineOf(going.meta.ref)).is).toBe('quiet');
  });

  it('sees an alert about a Deployment itself', () => {
    expect(asked([alert(cart)], cart.meta.ref).is).toBe('firing');
  });
});
