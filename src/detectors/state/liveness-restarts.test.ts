import { expect, it } from 'vitest';
import { again, ask, down, exit, HOUR, MINUTE, podWith, SECOND, summaryOf } from '../../../test/detectors/ask.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { Container } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import { livenessRestarts } from './liveness-restarts.ts';

function answerTo(app: Container, kill: Partial<ClusterEvent> = {}, more: readonly Partial<ClusterEvent>[] = []) {
  const subject = podWith([app]);
  const about = { fieldPath: 'spec.containers{app}', at: NOON - 11 * SECOND, firstAt: NOON - 10 * MINUTE };
  const killing = clusterEvent(subject, 'Killing', {
    ...about,
    message: 'Container app failed liveness probe, will be restarted',
    count: 3,
    ...kill,
  });
  const unhealthy = more.map((event) => clusterEvent(subject, 'Unhealthy', { ...about, ...event }));
  return ask(livenessRestarts, [subject], { events: [killing, ...unhealthy] });
}

it.each([
  ['three kills', down(3), {}, 'firing'],
  ['a run of a minute after three kills', again(3, MINUTE, { exitCode: 137 }), { at: NOON - 70 * SECOND - SECOND }, 'firing'],
  ['a run that holds after three kills', again(3, 3 * MINUTE, { exitCode: 137 }), { at: NOON - 3 * MINUTE - 11 * SECOND }, 'quiet'],
  ['a first kill', down(1), { count: 1, firstAt: NOON - 11 * SECOND }, 'unknown'],
  ['kills before the last run', down(3), { at: NOON - HOUR, firstAt: NOON - 2 * HOUR }, 'quiet'],
  ['a kill in the very second of the exit', down(3), { at: NOON, firstAt: NOON - 10 * SECOND }, 'firing'],
  ['a kill after the exit', down(3), { at: NOON, firstAt: NOON - 9 * SECOND }, 'quiet'],
  ['a kill that ended the run before', down(3), { at: NOON - 12 * SECOND }, 'quiet'],
  ['kills of another container', down(3), { fieldPath: 'spec.containers{other}' }, 'quiet'],
  ['a kill for a startup probe', down(3), { message: 'Container app failed startup probe, will be restarted' }, 'firing'],
  ['an ordinary stop', down(3), { message: 'Stopping container app' }, 'quiet'],
  ['a kill for want of memory during that time', down(3, exit({ reason: 'OOMKilled', exitCode: 137 })), {}, 'quiet'],
] as const)('liveness-restarts on %s', (_, app, kill, expected) => expect(answerTo(app, kill).is).toBe(expected));

it('speaks of the newest kill', () => {
  const subject = podWith([down(5)]);
  const kill = (probe: string, id: string, count: number) =>
    clusterEvent(subject, 'Killing', {
      id,
      fieldPath: 'spec.containers{app}',
      message: `Container app failed ${probe} probe, will be restarted`,
      at: NOON - 11 * SECOND,
      count,
    });
  const events = [kill('startup', 'first', 2), kill('liveness', 'second', 3)];
  expect(summaryOf(ask(livenessRestarts, [subject], { events }))).toContain('killed 3 times for its liveness probe');
});

it('never takes exit code 137 alone for a probe', () => {
  expect(ask(livenessRestarts, [podWith([down(5, exit({ exitCode: 137 }))])]).is).toBe('quiet');
});

it('says how often, which probe, and what it was answered', () => {
  const answer = answerTo(down(3, exit({ exitCode: 137 })), {}, [{ message: 'Liveness probe failed: timeout' }]);
  expect(summaryOf(answer)).toBe(
    'Pod shop/cart-0: container app was killed 3 times for its liveness probe, last ended with exit code 137 (Error) at 2027-01-01 11:59:50 UTC: Liveness probe failed: timeout',
  );
  expect(answer.is === 'firing' && answer.evidence).toHaveLength(3);
});
