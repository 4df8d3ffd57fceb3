import { expect, it } from 'vitest';
import { deployment, pod } from '../../test/fakes/objects.ts';
import { fakeView } from '../../test/fakes/view.ts';
import { defineStateDetector, firing, quiet } from './define-state-detector.ts';

const detector = defineStateDetector({ name: 'any-pod', watches: ['Pod'], needs: [], detect: () => quiet });

it('answers unknown about a subject that is not in view or of another kind', () => {
  const view = fakeView([pod('cart-0'), deployment('cart')]);
  expect(detector.detect(view.timelineOf(pod('cart-0').meta.ref))).toBe(quiet);
  expect(detector.detect(view.timelineOf(pod('gone').meta.ref))).toEqual({ is: 'unknown', why: 'Pod gone is not in view' });
  expect(detector.detect(view.timelineOf(deployment('cart').meta.ref))).toEqual({
    is: 'unknown',
    why: 'any-pod does not watch the kind Deployment',
  });
});

it('keeps scores between 0 and 1 and names no evidence twice', () => {
  expect(firing('it burns', 1.7, ['a', 'b', 'a'])).toEqual({ is: 'firing', summary: 'it burns', score: 1, evidence: ['a', 'b'] });
});
