import { expect, it } from 'vitest';
import { again, ask, down, exit, HOUR, MINUTE, podWith, SECOND, summaryOf, waiting } from '../../../test/detectors/ask.ts';
import { latestIn, recorded } from '../../../test/detectors/fixtures.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { container } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { Container, Pod } from '../../core/model/objects.ts';
import { crashLoop } from './crash-loop.ts';

const rows: readonly [string, Container, 'firing' | 'quiet' | 'unknown', Partial<Pod>?][] = [
  ['CrashLoopBackOff', waiting('CrashLoopBackOff', { restartCount: 1, lastState: exit() }), 'firing'],
  ['CrashLoopBackOff without a known exit', waiting('CrashLoopBackOff', { restartCount: 1 }), 'firing'],
  ['three short runs', down(2), 'firing'],
  ['two short runs', down(1), 'quiet'],
  ['a third run that ended after ten minutes', down(2, exit({ startedAt: NOON - 10 * MINUTE - 10 * SECOND })), 'quiet'],
  ['a third run that ended just before ten minutes', down(2, exit({ startedAt: NOON - 10 * MINUTE - 9 * SECOND })), 'firing'],
  ['a running spell of a minute', again(4, MINUTE), 'unknown'],
  ['a running spell after a single short run', again(1, MINUTE), 'unknown'],
  ['a run after a single one of a day', again(1, MINUTE, { startedAt: NOON - 24 * HOUR }), 'quiet'],
  ['a run of two minutes after short ones', again(4, 2 * MINUTE), 'quiet'],
  ['a run of five minutes after one of four', again(4, 5 * MINUTE, { startedAt: NOON - 9 * MINUTE - 10 * SECOND }), 'unknown'],
  ['a run of eight minutes after one of four', again(4, 8 * MINUTE, { startedAt: NOON - 12 * MINUTE - 10 * SECOND }), 'quiet'],
  ['a container that never ended', container('app'), 'quiet'],
  ['a kill for want of memory', down(4, exit({ reason: 'OOMKilled', exitCode: 137 })), 'quiet'],
  ['a command that does not exist', down(4, exit({ reason: 'StartError', exitCode: 128, startedAt: 0 })), 'quiet'],
  ['exit code 0 under Always', down(4, exit({ exitCode: 0, reason: 'Completed' })), 'firing'],
  ['exit code 0 under OnFailure', down(4, exit({ exitCode: 0 })), 'quiet', { restartPolicy: 'OnFailure' }],
  ['exit code 1 under OnFailure', down(4), 'firing', { restartPolicy: 'OnFailure' }],
  ['exit code 1 under Never', down(4), 'quiet', { restartPolicy: 'Never' }],
  ['a sidecar under Never', { ...down(4), role: 'sidecar' }, 'firing', { restartPolicy: 'Never' }],
  ['a completed init container', { ...down(4, exit({ exitCode: 0 })), role: 'init' }, 'quiet'],
  ['a failing init container', { ...down(4), role: 'init' }, 'firing'],
  ['a pod that is being deleted', down(4), 'quiet', { meta: { ...podWith([]).meta, deletedAt: NOON } }],
  ['a failed pod', down(4), 'quiet', { phase: 'Failed' }],
  ['a pod of an unknown phase', down(4), 'unknown', { phase: 'Unknown' }],
  ['a container that the kubelet has not reported', container('app', { state: { is: 'unknown' } }), 'unknown'],
];

it.each(rows)('crash-loop on %s', (_, app, expected, options) => {
  expect(ask(crashLoop, [podWith([app], options)]).is).toBe(expected);
});

it('fires on a second crash once the kubelet backs off, and names its event', () => {
  const pod = podWith([down(1)]);
  const backOff = clusterEvent(pod, 'BackOff', {
    fieldPath: 'spec.containers{app}',
    message: 'Back-off restarting failed container app in pod',
  });
  expect(ask(crashLoop, [pod], { events: [backOff] })).toMatchObject({ is: 'firing', evidence: ['Pod:uid-pod-shop-cart-0:1', backOff.id] });
  expect(ask(crashLoop, [pod], { events: [{ ...backOff, message: 'Back-off pulling image "cart"' }] }).is).toBe('quiet');
  expect(ask(crashLoop, [pod], { events: [{ ...backOff, fieldPath: 'spec.containers{other}' }] }).is).toBe('quiet');
  expect(ask(crashLoop, [pod], { events: [{ ...backOff, at: NOON - HOUR }] }).is).toBe('quiet');
});

it('is quiet about what the kubelet killed for a probe', () => {
  const pod = podWith([down(4, exit({ exitCode: 137 }))]);
  const kill = clusterEvent(pod, 'Killing', {
    fieldPath: 'spec.containers{app}',
    message: 'Container app failed liveness probe, will be restarted',
    at: NOON - 11 * SECOND,
  });
  expect(ask(crashLoop, [pod]).is).toBe('firing');
  expect(ask(crashLoop, [pod], { events: [kill] }).is).toBe('quiet');
  expect(ask(crashLoop, [pod], { events: [{ ...kill, at: NOON - HOUR, firstAt: NOON - HOUR }] }).is).toBe('firing');
});

it('says container, number, run, code, reason and time', () => {
  expect(summaryOf(ask(crashLoop, [podWith([down(2)])]))).toBe(
    'Pod shop/cart-0: container app has ended 3 times, last after 2 s with exit code 1 (Error) at 2027-01-01 11:59:50 UTC',
  );
});

it('is unknown, not quiet, about a recorded sidecar in a running spell', () => {
  const objects = recorded('pod-sidecar-crashing.json');
  const now = latestIn(objects) + SECOND;
  expect(ask(crashLoop, objects, { now })).toMatchObject({
    is: 'unknown',
    why: expect.stringContaining('container proxy has ended 2 times'),
  });
  expect(ask(crashLoop, objects, { now: now + 2 * MINUTE }).is).toBe('quiet');
});
