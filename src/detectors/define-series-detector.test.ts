import { expect, it } from 'vitest';
import { NOON } from '../../test/fakes/object-meta.ts';
import { deployment, pod } from '../../test/fakes/objects.ts';
import { fakeReader } from '../../test/fakes/view.ts';
import type { Reading } from '../core/model/reading.ts';
import { viewOf } from '../core/view.ts';
import { defineSeriesDetector } from './define-series-detector.ts';

const STEP = 15_000;
const subject = pod('cart-0');
const detector = defineSeriesDetector({ name: 'spike', is: 'symptom' }, { stepMs: STEP });
const reading = (changes: Partial<Reading> = {}): Reading => ({
  ...{ signal: 'reading', id: `reading:${changes.metric ?? 'cpuCores'}`, subject: subject.meta.ref, at: NOON - STEP, detector: 'spike' },
  ...{ metric: 'cpuCores', firing: true, score: 0.8, summary: 'is 4 cores, usually 1' },
  ...changes,
});
const quietOne = reading({ firing: false, metric: 'memoryBytes' });
const stale = { at: NOON - 3 * STEP - 1 };

it.each<[string, readonly Reading[], string]>([
  ['a fresh series that fires', [reading()], 'firing'],
  ['one that fires beside one that is quiet', [quietOne, reading()], 'firing'],
  ['a fresh series that is as usual', [quietOne], 'quiet'],
  ['one that fired and was not heard of for three steps', [quietOne, reading(stale)], 'unknown'],
  ['one that was quiet and fell silent beside a fresh one', [quietOne, reading({ ...stale, firing: false })], 'quiet'],
  ['nothing but old samples', [reading({ ...stale, firing: false })], 'unknown'],
  ['no series at all', [], 'unknown'],
  ['another detector that fires', [reading({ detector: 'other' })], 'unknown'],
  ['a series of another pod of that name', [reading({ subject: { ...subject.meta.ref, uid: 'another' } })], 'unknown'],
])('of %s', (_, readings, answer) => {
  const view = viewOf({ ...fakeReader([subject]), readings: () => readings }, NOON);
  expect(detector.detect(view.timelineOf(subject.meta.ref)).is).toBe(answer);
});

it('names every series that fires, with the highest score and their readings as evidence', () => {
  const readings = [reading(), reading({ metric: 'memoryBytes', part: 'app', score: 0.9, summary: 'is 2 GiB' })];
  const view = viewOf({ ...fakeReader([subject]), readings: () => readings }, NOON);
  expect(detector.detect(view.timelineOf(subject.meta.ref))).toEqual({
    is: 'firing',
    summary: 'Pod shop/cart-0: cpuCores is 4 cores, usually 1; memoryBytes of app is 2 GiB',
    score: 0.9,
    evidence: ['reading:cpuCores', 'reading:memoryBytes'],
  });
});

it('expects no series of a workload, and takes it for quiet only until one of its own falls silent', () => {
  const cart = deployment('cart');
  const answer = (readings: readonly Reading[]) =>
    detector.detect(viewOf({ ...fakeReader([cart]), readings: () => readings }, NOON).timelineOf(cart.meta.ref)).is;
  expect(answer([])).toBe('quiet');
  expect(answer([reading({ ...stale, subject: cart.meta.ref })])).toBe('unknown');
});

it('expects no metric that only some objects have of a pod that is heard of, until a series of its own falls silent', () => {
  const errors = defineSeriesDetector({ name: 'errors', is: 'symptom', metrics: ['requestErrorShare'] }, { stepMs: STEP });
  const answer = (readings: readonly Reading[]) =>
    errors.detect(viewOf({ ...fakeReader([subject]), readings: () => readings }, NOON).timelineOf(subject.meta.ref)).is;
  expect(answer([quietOne])).toBe('quiet');
  expect(answer([])).toBe('unknown');
  expect(answer([reading({ ...stale, firing: false })])).toBe('unknown');
  expect(answer([quietOne, reading({ ...stale, firing: false, detector: 'errors' })])).toBe('unknown');
  expect(answer([quietOne, reading({ detector: 'errors' })])).toBe('firing');
});

it('is a hint where its series detector is one', () => {
  expect(detector.isHint).toBeUndefined();
  expect(defineSeriesDetector({ name: 'odd', is: 'hint' }, { stepMs: STEP }).isHint).toBe(true);
});
