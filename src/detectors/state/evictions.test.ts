import { expect, it } from 'vitest';
import { ask, exit, HOUR, MINUTE, podWith, summaryOf } from '../../../test/detectors/ask.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { container } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { Pod } from '../../core/model/objects.ts';
import { evictions } from './evictions.ts';

const MESSAGE = 'The node was low on resource: memory.';
function evicted(agoMs: number, options: Partial<Pod> = {}): Pod {
  const app = container('app', { ready: false, state: exit({ exitCode: 137, finishedAt: NOON - agoMs }) });
  return podWith([app], { phase: 'Failed', reason: 'Evicted', message: MESSAGE, conditions: [], ageMs: 24 * HOUR, ...options });
}

it.each([
  ['half an hour ago', evicted(30 * MINUTE), 'firing'],
  ['longer ago', evicted(30 * MINUTE + 1), 'quiet'],
  ['not at all: it failed by itself', evicted(0, { reason: 'DeadlineExceeded' }), 'quiet'],
  ['not at all: it runs', podWith([container('app')]), 'quiet'],
] as const)('evictions on a pod that was evicted %s', (_, subject, expected) => expect(ask(evictions, [subject]).is).toBe(expected));

it('takes the time from the kubelet event and says why', () => {
  const subject = evicted(HOUR);
  const answer = ask(evictions, [subject], { events: [clusterEvent(subject, 'Evicted', { at: NOON - MINUTE })] });
  expect(summaryOf(answer)).toBe(`Pod shop/cart-0 was evicted from node node-1 at 2027-01-01 11:59:00 UTC: ${MESSAGE}`);
  expect(answer.is === 'firing' && answer.evidence).toHaveLength(2);
});
