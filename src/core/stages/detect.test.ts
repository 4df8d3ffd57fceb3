import { expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, pod } from '../../../test/fakes/objects.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import type { Detection } from '../model/finding.ts';
import type { Detector } from '../plugins.ts';
import { viewOf } from '../view.ts';
import { detect, examine } from './detect.ts';

const cart = deployment('cart');
const one = pod('cart-0', { ownedBy: cart });
const answering = (answer: () => Detection, needs: Detector['needs'] = []): Detector => ({
  name: 'd',
  watches: ['Pod'],
  needs,
  detect: answer,
});
const quiet = answering(() => ({ is: 'quiet' }));
const view = (ages = {}) => viewOf(fakeReader([cart, one], { ages }), NOON);

it('asks a detector about what it watches only, and about all that the subject owns', () => {
  expect(examine(view(), cart.meta.ref, [quiet]).map(({ subject }) => subject.name)).toEqual(['cart-0']);
});

it.each([
  ['never saw its kind', { Pod: undefined }],
  ['has not seen its kind for more than two minutes and 15 s', { Pod: 135_001 }],
])('takes the answer as unknown when it %s', (_name, ages) => {
  expect(examine(view(ages), one.meta.ref, [quiet])).toMatchObject([{ detection: { is: 'unknown' } }]);
});

it('takes an answer that rests on events as unknown while events are out of view', () => {
  const needsEvents = answering(() => ({ is: 'quiet' }), ['Event']);
  expect(examine(view(), one.meta.ref, [needsEvents])).toMatchObject([{ detection: { is: 'quiet' } }]);
  expect(examine(view({ Event: undefined }), one.meta.ref, [needsEvents])).toMatchObject([
    { detection: { is: 'unknown', why: 'no fresh view of Event' } },
  ]);
});

it('takes the answer of a detector that breaks as unknown, and asks the others', () => {
  const broken = answering(() => {
    throw new Error('oops');
  });
  expect(examine(view(), one.meta.ref, [broken, quiet]).map(({ detection }) => detection.is)).toEqual(['unknown', 'quiet']);
});

it('names the source of each piece of evidence and its age, and leaves out what is not in the timeline', () => {
  const id = `Pod:${one.meta.ref.uid}:1`;
  const firing = answering(() => ({ is: 'firing', summary: 's', score: 1, evidence: [id, 'made-up'] }));
  expect(detect(view(), [firing])).toMatchObject([{ detector: 'd', since: NOON, evidence: [{ id, source: 'watch:Pod', at: NOON }] }]);
});
