import { expect, it } from 'vitest';
import { ask, podWith, summaryOf } from '../../test/detectors/ask.ts';
import { NOON } from '../../test/fakes/object-meta.ts';
import { container } from '../../test/fakes/objects.ts';
import type { Container, Pod } from '../core/model/objects.ts';
import { defineContainerDetector, type Sign } from './define-container-detector.ts';

const detectorOf = (signs: Readonly<Record<string, Sign>>, looksAtFailedPods?: true) =>
  defineContainerDetector({ name: 'any', look: ({ name }) => signs[name], ...(looksAtFailedPods && { looksAtFailedPods }) });
const fires = (score: number): Sign => ({ is: 'firing', words: `score ${score}`, score, evidence: [`event:${score}`] });
const doubts: Sign = { is: 'unknown', why: 'too early' };
const two: readonly Container[] = [container('a'), container('b')];

it('tells of every sick container, with the highest score and all evidence', () => {
  const answer = ask(detectorOf({ a: fires(0.4), b: fires(0.9) }), [podWith(two)]);
  expect(summaryOf(answer)).toBe('Pod shop/cart-0: score 0.4; score 0.9');
  expect(answer).toMatchObject({ score: 0.9, evidence: ['Pod:uid-pod-shop-cart-0:1', 'event:0.4', 'event:0.9'] });
});

it('lets firing win over unknown, and unknown over quiet', () => {
  expect(ask(detectorOf({ a: doubts, b: fires(1) }), [podWith(two)]).is).toBe('firing');
  expect(ask(detectorOf({ b: doubts }), [podWith(two)])).toEqual({ is: 'unknown', why: 'too early' });
  expect(ask(detectorOf({}), [podWith(two)]).is).toBe('quiet');
});

it('is unknown about a container that the kubelet has not reported', () => {
  expect(ask(detectorOf({}), [podWith([container('a', { state: { is: 'unknown' } })])])).toMatchObject({
    is: 'unknown',
    why: 'the kubelet has not reported container a',
  });
});

it.each([
  ['being deleted', { meta: { ...podWith([]).meta, deletedAt: NOON } }, 'quiet', 'quiet'],
  ['succeeded', { phase: 'Succeeded' }, 'quiet', 'quiet'],
  ['without a node', { nodeName: undefined }, 'quiet', 'quiet'],
  ['failed', { phase: 'Failed' }, 'quiet', 'firing'],
  ['of an unknown phase', { phase: 'Unknown' }, 'unknown', 'unknown'],
] as const)('looks at a pod %s only if its containers can come back or it is asked to', (_, options: Partial<Pod>, usual, asked) => {
  const subject = podWith(two, options);
  expect(ask(detectorOf({ a: fires(1) }), [subject]).is).toBe(usual);
  expect(ask(detectorOf({ a: fires(1) }, true), [subject]).is).toBe(asked);
});
