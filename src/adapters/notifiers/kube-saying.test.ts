import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';
import { kubeSaying } from './kube-saying.ts';

const subject = { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'u1' };
const bare: Incident = {
  ...{ id: 'i1', version: 1, phase: 'open', subject, openedAt: 0, phaseAt: 0, wakeAt: 0, redecisions: 0 },
  findings: [{ detector: 'd', subject, summary: 's', score: 1, evidence: [{ id: 'e', source: 'Pod', at: 0 }], since: 0, at: 0 }],
  ...{ hypotheses: [], attempts: [] },
};
const incident: Incident = {
  ...bare,
  hypotheses: [{ cause: 'bad-rollout', confidence: 0.9, n: 40, because: ['revision 3 is new', 'revision 2 was well'], by: 'rollout' }],
  plan: {
    ...{ action: 'rollback-rollout', summary: 'roll back to 2', input: {}, target: subject, owner: subject, hash: 'h' },
    ...{ specSeen: 'generation:1', treats: 'bad-rollout', write: { verb: 'replace-template', target: subject, template: {} } },
  },
};
const entry = (what: AuditEntry['what'], detail: Record<string, unknown> = {}): AuditEntry => ({ at: 0, actor: 'kubemend', what, detail });
const said = (what: AuditEntry['what'], detail?: Record<string, unknown>, about = incident) => kubeSaying(about, entry(what, detail));

describe('a change of an incident as a Kubernetes event', () => {
  it.each([
    ['opened', { findings: ['oom: killed', 'restarts: 5'] }, 'Warning', 'IncidentOpened', 'oom: killed; restarts: 5'],
    ['diagnosed', {}, 'Normal', 'Diagnosed', 'likely bad-rollout: revision 3 is new; revision 2 was well'],
    ['asked', { reasons: ['mode: ask'] }, 'Normal', 'ApprovalNeeded', 'roll back to 2: kubemend approve i1 (or deny), because mode: ask'],
    [
      'denied',
      { reasons: ['budget: used up', 'pause: on'] },
      'Normal',
      'ActionDenied',
      'roll back to 2: not done: budget: used up; pause: on',
    ],
    ['acted', { action: 'rollback-rollout' }, 'Normal', 'ActionTaken', 'roll back to 2'],
    ['verified', { outcome: 'recovered', why: 'quiet and ready' }, 'Normal', 'Verified', 'recovered: quiet and ready'],
    ['verified', { outcome: 'worse', why: 'fewer are ready' }, 'Warning', 'Verified', 'worse: fewer are ready'],
    ['undo', { undoes: 'a1' }, 'Warning', 'UndoStarted', 'the act made it worse'],
    ['undo', { asked: true }, 'Warning', 'UndoStarted', 'a person asked for it'],
    ['superseded', { why: 'changed by somebody' }, 'Warning', 'ActionSuperseded', 'changed by somebody'],
    ['ended', { how: 'resolved', reason: 'recovered' }, 'Normal', 'IncidentResolved', 'recovered'],
    ['ended', { how: 'expired', reason: 'the subject is gone' }, 'Normal', 'IncidentExpired', 'the subject is gone'],
    ['ended', { how: 'escalated', reason: 'worse' }, 'Warning', 'IncidentEscalated', 'a person must look: worse'],
  ] as const)('%s with %o is said so', (...[what, detail, type, reason, note]) => {
    expect(said(what, detail)).toMatchObject({ type, reason, note });
  });

  it('tells the undo that was done', () => {
    expect(said('acted', { action: 'undo rollback-rollout' }, { ...incident, phase: 'undone' })).toMatchObject({
      reason: 'Undone',
      note: 'undo rollback-rollout',
    });
  });

  it.each(['planned', 'approval', 'intent', 'sent', 'void', 'pause', 'resume', 'start'] as const)('is none for %s', (what) => {
    expect(said(what)).toBeUndefined();
  });

  it('holds acts, their outcome and escalations to be vital, and nothing else', () => {
    expect([said('acted'), said('verified'), said('undo'), said('ended', { how: 'escalated' })].map((one) => one?.isVital)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([said('opened'), said('denied'), said('ended', { how: 'resolved' })].map((one) => one?.isVital)).toEqual([false, false, false]);
  });

  it('says that there is no plan, no cause and no reason where there is none', () => {
    expect(said('denied', {}, bare)?.note).toBe('no plan: not done: no reason was given');
    expect(said('diagnosed', {}, bare)?.note).toBe('no cause is known');
  });
});

describe('a note', () => {
  const noteOf = (text: string) => said('ended', { how: 'resolved', reason: text })?.note ?? '';

  it('is one line, without what a terminal would obey', () => {
    expect(noteOf('one\r\ntwo\u001b[2J\u0000three\u2028four\u0085')).toBe('one two [2J three four ');
  });

  it.each([1_023, 1_024, 1_025, 1_026, 1_027, 1_028, 5_000])('of %d bytes is cut at 1,024, between two characters', (bytes) => {
    for (const start of ['', 'a', 'aa', 'aaa']) {
      const text = `${start}${'😀'.repeat(2_000)}`;
      const whole = Buffer.from(text)
        .subarray(0, bytes - (bytes % 4))
        .toString('utf8')
        .replaceAll('\ufffd', '');
      const note = noteOf(whole);
      expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
      expect(note.isWellFormed()).toBe(true);
      expect(note).not.toContain('\ufffd');
      expect(whole.startsWith(note.replace(/…$/, ''))).toBe(true);
      expect(note.endsWith('…')).toBe(Buffer.byteLength(whole) > 1_024);
    }
  });

  it('loses half a character rather than the whole event', () => {
    expect(noteOf('a\ud800b').isWellFormed()).toBe(true);
  });
});
