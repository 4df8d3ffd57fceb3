import { expect, it } from 'vitest';
import { ask, HOUR, MINUTE, podWith, summaryOf, waiting } from '../../../test/detectors/ask.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { container } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { Pod } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import { failedMount } from './failed-mount.ts';

const creating = (options: Partial<Pod> = {}) => podWith([waiting('ContainerCreating')], { phase: 'Pending', ageMs: HOUR, ...options });

function answerTo(subject: Pod, event: Partial<ClusterEvent> = {}, reason = 'FailedMount') {
  const failure = clusterEvent(subject, reason, {
    message: 'secret "tls" not found',
    firstAt: NOON - 5 * MINUTE,
    at: NOON - MINUTE,
    count: 4,
    ...event,
  });
  return ask(failedMount, [subject], { events: [failure] });
}

it.each([
  ['a mount that fails for a minute', creating(), { firstAt: NOON - MINUTE }, 'firing'],
  ['a mount that fails for less', creating(), { firstAt: NOON - MINUTE + 1 }, 'unknown'],
  ['a mount of which nothing was heard lately', creating(), { at: NOON - 11 * MINUTE, firstAt: NOON - HOUR }, 'quiet'],
  ['a pod that runs meanwhile', podWith([container('app')]), {}, 'quiet'],
  ['a pod whose init container has run', creating({ containers: [container('app'), waiting('PodInitializing')] }), {}, 'quiet'],
  ['a pod without a node', creating({ nodeName: undefined }), {}, 'quiet'],
  ['a pod that is being deleted', creating({ meta: { ...creating().meta, deletedAt: NOON } }), {}, 'quiet'],
] as const)('failed-mount on %s', (_, subject, event, expected) => expect(answerTo(subject, event).is).toBe(expected));

it('fires on a volume that cannot be attached, and is quiet without any event', () => {
  expect(answerTo(creating(), {}, 'FailedAttachVolume').is).toBe('firing');
  expect(ask(failedMount, [creating()]).is).toBe('quiet');
});

it('says for how long, how often and why', () => {
  expect(summaryOf(answerTo(creating()))).toBe(
    'Pod shop/cart-0 cannot mount its volumes for 5 min (since 2027-01-01 11:55:00 UTC, 4 tries), FailedMount: secret "tls" not found',
  );
});
