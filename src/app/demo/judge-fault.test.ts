import { describe, expect, it } from 'vitest';
import { rollbackPlan, incident as toldIncident } from '../../../test/fakes/guard-facts.ts';
import type { Attempt, Incident } from '../../core/model/incident.ts';
import { type FaultRecords, isSettled, judgeFault } from './judge-fault.ts';

const AT = 1_000_000;
const fault = { name: 'bad-release', subject: 'Deployment demo-bad-release/cart', namespace: 'demo-bad-release', variant: '' };
const act: Attempt = {
  actionId: 'a1',
  action: 'rollback-rollout',
  target: 'cart',
  at: AT + 20_000,
  outcome: 'recovered',
  undone: false,
};

function incident(changes: Partial<Incident> = {}): Incident {
  return toldIncident({ openedAt: AT + 8_000, phase: 'resolved', ...changes });
}
const mended = incident({ reason: 'recovered', endedAt: AT + 80_000, attempts: [act], plan: rollbackPlan() });
const refused = incident({
  phase: 'denied',
  verdict: { decision: 'deny', reasons: ['storm-brake: too much'], retryAt: AT },
  plan: rollbackPlan(),
});
const asked = incident({ phase: 'asked', verdict: { decision: 'ask', reasons: ['risk-tier: unproven'], until: AT } });
const undone = incident({ phase: 'escalated', endedAt: AT + 90_000, attempts: [{ ...act, outcome: 'worse', undone: true }] });

function judged(incidents: readonly Incident[], changes: Partial<FaultRecords> = {}) {
  const usual = { fault: { ...fault, isLookAlike: false }, expected: 'mended', injectedAt: AT, isWell: true, isAsBefore: true } as const;
  return judgeFault({ ...usual, incidents, ...changes });
}

describe('the outcome of a fault', () => {
  it.each([
    ['mended', 'it recovered after an act', [mended]],
    ['undone', 'the act was put back', [undone]],
    ['refused', 'the guards denied the act', [refused]],
    ['refused', 'the guards denied it until a person was told', [{ ...refused, phase: 'escalated', endedAt: AT } as const]],
    ['asked', 'a person must decide', [asked]],
    ['escalated', 'nothing could be proposed', [incident({ phase: 'escalated', reason: 'no action treats this' })]],
    ['escalated', 'the act did not help', [incident({ phase: 'escalated', attempts: [{ ...act, outcome: 'inconclusive' }] })]],
    ['self-recovered', 'it went by itself', [incident({ reason: 'self-recovered' })]],
    ['missed', 'nobody noticed it', []],
    ['missed', 'it is still looked into', [incident({ phase: 'open' })]],
    ['missed', 'the act is still judged', [incident({ phase: 'acted', attempts: [act] })]],
    ['missed', 'it came back after it was mended', [mended, incident({ openedAt: AT + 100_000, phase: 'open' })]],
  ] as const)('is %s when %s', (outcome, _why, incidents) => {
    expect(judged(incidents).outcome).toBe(outcome);
  });

  it('is not mended when the cluster itself shows that the workload is not whole', () => {
    expect(judged([mended], { isWell: false })).toMatchObject({ outcome: 'missed', ok: false });
  });

  it('is not undone when the cluster itself shows that something was left behind', () => {
    expect(judged([undone], { expected: 'undone', isAsBefore: false })).toMatchObject({ outcome: 'missed', ok: false });
  });

  it('is silent for a look-alike only while nothing is held against it', () => {
    const lookAlike = { fault: { ...fault, isLookAlike: true }, expected: 'silent' } as const;
    expect(judged([], lookAlike)).toMatchObject({ outcome: 'silent', ok: true });
    expect(judged([incident({ reason: 'self-recovered' })], lookAlike)).toMatchObject({ outcome: 'self-recovered', ok: false });
  });
});

it('counts every duration from the moment at which the fault happened', () => {
  expect(judged([mended])).toMatchObject({ detectedMs: 8_000, actedMs: 20_000, recoveredMs: 80_000, action: 'rollback-rollout' });
});

it('names the act that was proposed when none was taken', () => {
  expect(judged([refused])).toMatchObject({ action: 'rollback-rollout', actedMs: null, recoveredMs: null });
});

it('is all right only as expected', () => {
  expect(judged([mended]).ok).toBe(true);
  expect(judged([mended], { expected: 'refused' }).ok).toBe(false);
});

it('is refused as expected only for the expected reason', () => {
  const expected = { expected: 'refused', refusedFor: /^storm-brake: / } as const;
  expect(judged([refused], expected).ok).toBe(true);
  const blind: Incident = { ...refused, verdict: { decision: 'deny', reasons: ['evidence-age: too old'], retryAt: AT } };
  expect(judged([blind], expected)).toMatchObject({ outcome: 'refused', ok: false });
});

describe('a fault is over', () => {
  it.each([
    [true, 'when its incidents ended a while ago', [mended], AT + 110_000],
    [false, 'not right after the end', [mended], AT + 81_000],
    [true, 'when a refusal has stood for two minutes', [refused], AT + 130_000],
    [false, 'not while a refusal is fresh', [refused], AT + 60_000],
    [true, 'when a question has stood for two minutes', [asked], AT + 130_000],
    [false, 'not while one of its incidents goes on', [mended, incident({ phase: 'open' })], AT + 999_000],
    [false, 'not before anybody noticed', [], AT + 999_000],
  ] as const)('%s: %s', (isOver, _when, incidents, now) => {
    expect(isSettled({ incidents }, now)).toBe(isOver);
  });
});
