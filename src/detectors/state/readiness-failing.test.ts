import { expect, it } from 'vitest';
import { ask, HOUR, MINUTE, podWith, SECOND, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { Container } from '../../core/model/objects.ts';
import { readinessFailing } from './readiness-failing.ts';

/** A container that has run for `runMs` in a pod whose Ready condition last changed `changedMs` ago. */
function story(runMs: number, changedMs: number, options: Partial<Container> = {}) {
  const app = container('app', { ready: false, state: { is: 'running', startedAt: NOON - runMs }, ...options });
  return podWith([app], { conditions: [condition('Ready', { status: app.ready ? 'True' : 'False', changedAt: NOON - changedMs })] });
}

it.each([
  ['readiness lost for a minute', story(HOUR, MINUTE), 'firing'],
  ['readiness lost for less', story(HOUR, MINUTE - 1), 'quiet'],
  ['a start that was never ready for ten minutes', story(10 * MINUTE, 10 * MINUTE), 'firing'],
  ['a start that was never ready for less', story(10 * MINUTE - 1, 10 * MINUTE), 'quiet'],
  ['a ready container', story(HOUR, HOUR, { ready: true }), 'quiet'],
  ['a container without a readiness probe', story(HOUR, HOUR, { probes: ['liveness'] }), 'quiet'],
  ['a container under its startup probe', story(HOUR, HOUR, { started: false }), 'quiet'],
  ['a container that does not run', story(HOUR, HOUR, { state: { is: 'waiting', reason: 'CrashLoopBackOff' } }), 'quiet'],
  ['a container that the kubelet has not reported', story(HOUR, HOUR, { state: { is: 'unknown' } }), 'unknown'],
] as const)('readiness-failing on %s', (_, subject, expected) => expect(ask(readinessFailing, [subject]).is).toBe(expected));

it('does not believe a readiness that was regained within half a minute after a failed probe', () => {
  const failure = {
    fieldPath: 'spec.containers{app}',
    message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    at: NOON - 20 * SECOND,
  };
  const fresh = story(HOUR, 10 * SECOND, { ready: true });
  const held = story(HOUR, 30 * SECOND, { ready: true });
  expect(ask(readinessFailing, [fresh], { events: [clusterEvent(fresh, 'Unhealthy', failure)] }).is).toBe('unknown');
  expect(ask(readinessFailing, [held], { events: [clusterEvent(held, 'Unhealthy', failure)] }).is).toBe('quiet');
  expect(ask(readinessFailing, [fresh]).is).toBe('quiet');
});

it('says since when, and what the probe was answered', () => {
  const subject = story(HOUR, 2 * MINUTE);
  const failure = clusterEvent(subject, 'Unhealthy', { fieldPath: 'spec.containers{app}', message: 'Readiness probe failed: status 503' });
  const answer = ask(readinessFailing, [subject], { events: [failure] });
  expect(summaryOf(answer)).toBe(
    'Pod shop/cart-0: container app runs but has not been ready for 2 min (since 2027-01-01 11:58:00 UTC): Readiness probe failed: status 503',
  );
  expect(answer.is === 'firing' && answer.evidence).toContain(failure.id);
});
