import { describe, expect, it } from 'vitest';
import { badRelease, demoFault, demoSet, faultResult, goodRelease, refusals, told, zoneDown } from '../../../test/fakes/demo-news.ts';
import { evictPlan, finding, hypothesis, rollbackPlan } from '../../../test/fakes/guard-facts.ts';
import { NOON, ref } from '../../../test/fakes/object-meta.ts';
import type { Incident } from '../../core/model/incident.ts';
import { storyLine, type Word } from './story-line.ts';

const evidence = finding().evidence;
const attempt = { actionId: 'a1', action: 'rollback-rollout', target: 'cart', at: NOON, undone: false };
const undone = { ...attempt, undone: true };

describe('the story', () => {
  it('says of a fault what was drawn, and calls a look-alike by its name', () => {
    expect(storyLine({ is: 'injected', at: NOON, fault: badRelease })).toMatchObject({
      ...{ at: NOON, word: 'fault', fault: badRelease, subject: badRelease.subject },
      text: 'Deployment cart of 3, container app, ends with 2 after 2539 ms',
    });
    expect(storyLine({ is: 'injected', at: NOON, fault: goodRelease })).toMatchObject({ word: 'look-alike' });
  });

  it('tells the first finding of each detector, on how many signals it rests, and how many more there are like it', () => {
    const findings = [
      finding({ summary: 'cart-0 crashes', evidence: [...evidence, ...evidence] }),
      finding({ summary: 'cart-1 crashes' }),
      finding({ detector: 'stuck-rollout', summary: 'it does not get on' }),
    ];
    expect(storyLine(told('opened', badRelease, { findings }))).toMatchObject({
      ...{ word: 'seen', subject: 'Deployment shop/cart' },
      text: 'crash-loop (2 signals; 1 more like it): cart-0 crashes',
      points: ['stuck-rollout (1 signal): it does not get on'],
    });
  });

  it('says who let it be done, and that a configured cause is nothing measured', () => {
    const hypotheses = [hypothesis({ confidence: 0, n: 0, configured: true })];
    expect(storyLine(told('diagnosed', badRelease, { hypotheses }))?.text).toBe('application-hang (as configured)');
    const allowed = (verdict: Incident['verdict']) =>
      storyLine(told('acted', badRelease, { plan: evictPlan(), ...(verdict && { verdict }) }))?.points;
    expect(allowed({ decision: 'allow' })).toEqual(['no guard objected']);
    expect(allowed({ decision: 'allow', approvedBy: 'user:eva' })).toEqual(['user:eva said yes, and no guard forbade it']);
  });

  it('tells the likeliest cause, how sure that is, what speaks for it, and what is less likely', () => {
    const hypotheses = [hypothesis({ because: ['its probe fails', 'others serve'] }), hypothesis({ cause: 'bad-rollout' })];
    expect(storyLine(told('diagnosed', badRelease, { hypotheses }))).toMatchObject({
      ...{ word: 'cause', text: 'application-hang (90 % on 40 cases); less likely bad-rollout' },
      points: ['its probe fails', 'others serve'],
    });
    expect(storyLine(told('diagnosed', badRelease, { hypotheses: [] }))).toBeUndefined();
  });

  it.each([
    ['a refusal with every reason', told('denied', zoneDown, { plan: evictPlan(), detail: { reasons: refusals } }), 'refused', refusals],
    [
      'a question with every reason',
      told('asked', zoneDown, { plan: evictPlan(), detail: { reasons: ['mode: ask'] } }),
      'asked',
      ['mode: ask'],
    ],
    ['an act with the word of the guards', told('acted', zoneDown, { phase: 'acted', plan: evictPlan() }), 'done', ['no guard objected']],
  ])('tells %s', (_name, news, word, points) => {
    expect(storyLine(news)).toMatchObject({ word, points, text: expect.stringContaining('restart-pod cart-6f-0') });
  });

  it('tells that an act was taken back', () => {
    expect(storyLine(told('acted', badRelease, { phase: 'undone', plan: rollbackPlan(), attempts: [undone] }))).toMatchObject({
      word: 'undone',
      text: 'all that rollback-rollout changed is again as it was before',
    });
  });

  it.each([
    ['recovered', false],
    ['unchanged', true],
    ['worse', true],
    ['inconclusive', true],
  ])('marks an act that was verified as %s as bad news: %s', (outcome, isBad) => {
    expect(storyLine(told('verified', badRelease, { detail: { outcome, why: 'so it is' } }))).toMatchObject({
      ...{ word: 'verified', text: `${outcome}: so it is`, isBad },
    });
  });

  const ends: readonly [string, Partial<Incident>, Word, string][] = [
    ['that it went by itself', { phase: 'resolved', reason: 'self-recovered' }, 'ended', 'it went by itself, and nothing was done'],
    ['that the subject is gone', { phase: 'expired', reason: 'the subject is gone' }, 'ended', 'the subject is gone'],
    [
      'that a person is told, and why',
      { phase: 'escalated', reason: 'nothing treats it' },
      'escalated',
      'a person is told: nothing treats it',
    ],
    [
      'the reasons of a refusal once only',
      { phase: 'escalated', reason: `not in time: ${refusals.join('; ')}`, verdict: { decision: 'deny', reasons: refusals } },
      'escalated',
      'a person is told: not in time: the reasons above still stand',
    ],
    [
      'why an act was undone once only',
      { phase: 'escalated', reason: 'undone: 2 pods ready, 3 before the act', attempts: [undone] },
      'escalated',
      'a person is told: what was done did not help and is undone',
    ],
  ];

  it.each(ends)('tells of the end %s', (_name, changes, word, text) => {
    expect(storyLine(told('ended', badRelease, changes))).toMatchObject({ word, text });
  });

  it.each([
    [
      'a recovery that was verified just before',
      told('ended', badRelease, { phase: 'resolved', reason: 'recovered', attempts: [attempt] }),
    ],
    ['an intent', told('intent', badRelease)],
    ['a send', told('sent', badRelease)],
    ['a plan, which is told with its verdict', told('planned', badRelease)],
    ['the setting', demoSet([badRelease])],
  ])('says nothing more of %s', (_name, news) => {
    expect(storyLine(news)).toBeUndefined();
  });

  it('says what became of a fault, when, and whether that was expected', () => {
    const result = faultResult(badRelease);
    expect(storyLine({ is: 'judged', at: NOON, fault: badRelease, result })).toMatchObject({
      ...{ word: 'result', isBad: false },
      text: 'mended, as expected; detected after 0:10; acted after 0:20; recovered after 1:21',
    });
    const missed = faultResult(badRelease, { ...{ detectedMs: null, actedMs: null, recoveredMs: null }, outcome: 'missed', ok: false });
    expect(storyLine({ is: 'judged', at: NOON, fault: badRelease, result: missed })).toMatchObject({
      ...{ text: 'missed, expected mended', isBad: true },
    });
  });

  it('tells of trouble with all that is known of it', () => {
    expect(storyLine({ is: 'trouble', at: NOON, message: 'cannot watch', fields: { kind: 'Pod' } })).toMatchObject({
      ...{ word: 'trouble', fault: undefined, subject: '', text: 'cannot watch {"kind":"Pod"}', isBad: true },
    });
  });

  it('leaves out what the reader knows (the namespace, the date) and what a terminal should not see', () => {
    const summary = '\u001b[31mPod demo-leak/cart-0 was killed at 2027-01-01 12:00:18 UTC\u0007';
    expect(storyLine(told('opened', demoFault('leak'), { findings: [finding({ summary })] }))?.text).toBe(
      'crash-loop (1 signal): Pod cart-0 was killed at 12:00:18 ',
    );
  });

  it('names the subject of an incident that belongs to no fault', () => {
    expect(storyLine(told('opened', undefined, { subject: ref('Node', 'node-1') }))).toMatchObject({
      fault: undefined,
      subject: 'Node node-1',
    });
  });
});
