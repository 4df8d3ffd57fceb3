import { expect, it } from 'vitest';
import { again, down, exit, HOUR, MINUTE, podWith, SECOND, waiting } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container } from '../../../test/fakes/objects.ts';
import { endedRuns, isSettled, lastExit, lastedMs, ranWellMs, startOf } from './exits.ts';

it('counts the runs that have ended', () => {
  expect(endedRuns(container('app'))).toBe(0);
  expect(endedRuns(down(2))).toBe(3);
  expect(endedRuns(again(2, MINUTE))).toBe(2);
  expect(endedRuns(waiting('CrashLoopBackOff', { restartCount: 2, lastState: exit() }))).toBe(3);
  expect(endedRuns(waiting('ContainerCreating'))).toBe(0);
});

it('takes the exit now before the exit then', () => {
  const both = { ...down(1, exit({ exitCode: 2 })), lastState: exit({ exitCode: 3 }) };
  expect(lastExit(both)?.exitCode).toBe(2);
  expect(lastExit(waiting('CrashLoopBackOff', { lastState: exit({ exitCode: 3 }) }))?.exitCode).toBe(3);
  expect(lastExit(container('app'))).toBeUndefined();
});

it('measures a run, of which one that never started is none', () => {
  expect(lastedMs({ is: 'terminated', exitCode: 1, startedAt: 1000, finishedAt: 3000 })).toBe(2000);
  expect(lastedMs({ is: 'terminated', exitCode: 128, startedAt: 0, finishedAt: NOON })).toBe(0);
  expect(lastedMs({ is: 'terminated', exitCode: 1, finishedAt: NOON })).toBeUndefined();
});

it.each([
  ['2 minutes after a short run', again(3, 2 * MINUTE), true],
  ['less than 2 minutes after a short run', again(3, 2 * MINUTE - 1), false],
  ['twice as long as the run before', again(3, 6 * MINUTE, { startedAt: NOON - 9 * MINUTE - 10 * SECOND }), true],
  ['less than twice as long', again(3, 6 * MINUTE - 1, { startedAt: NOON - 9 * MINUTE - 10 * SECOND }), false],
  ['10 minutes after a run of an hour', again(3, 10 * MINUTE, { startedAt: NOON - 70 * MINUTE }), true],
  ['less than 10 minutes after a run of an hour', again(3, 10 * MINUTE - 1, { startedAt: NOON - 70 * MINUTE }), false],
  ['9 minutes after a run of unknown length', again(3, 9 * MINUTE, { startedAt: undefined }), false],
  ['since an unknown time', { ...again(3, HOUR), state: { is: 'running' } }, false],
  ['down', down(1), false],
  ['never ended', container('app'), true],
] as const)('settled %s: %s', (_, app, expected) => expect(isSettled(app, NOON)).toBe(expected));

it('estimates how long a container ran well before it began to crash', () => {
  const wellFor = (ageMs: number, restarts: number) => {
    const app = down(restarts, exit({ startedAt: NOON - 1000, finishedAt: NOON }));
    return ranWellMs(podWith([app], { ageMs, conditions: [] }), app);
  };
  expect(wellFor(HOUR, 0)).toBe(HOUR - SECOND);
  expect(wellFor(HOUR, 2)).toBe(HOUR - 3 * SECOND - 10 * SECOND); // restarted at once, then after 10 s
  expect(wellFor(HOUR, 7)).toBe(HOUR - 8 * SECOND - (10 + 20 + 40 + 80 + 160 + 300) * SECOND);
  expect(wellFor(MINUTE, 7)).toBe(0);
  expect(ranWellMs(podWith([]), waiting('ImagePullBackOff'))).toBe(0);
});

it('starts the clock of a pod after its init containers', () => {
  const conditions = [condition('Initialized', { changedAt: NOON - MINUTE })];
  expect(startOf(podWith([], { ageMs: HOUR, conditions }))).toBe(NOON - MINUTE);
  expect(startOf(podWith([], { ageMs: HOUR, conditions: [condition('Initialized', { status: 'False', changedAt: NOON })] }))).toBe(
    NOON - HOUR,
  );
});
