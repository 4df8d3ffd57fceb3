import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { Incident } from '../../src/core/model/incident.ts';
import type { Intent } from '../../src/core/model/intent.ts';
import type { Pause } from '../../src/core/model/pause.ts';
import { type Plan, planHash } from '../../src/core/model/plan.ts';
import type { ResourceRef } from '../../src/core/model/resource.ts';
import type { Approval } from '../../src/core/model/verdict.ts';

/** The moment at which all records here were made, unless they say otherwise. */
export const T0 = 1_700_000_000_000;

/** A Deployment of the namespace `shop`. */
export function deployment(name: string, uid = `uid-${name}`): ResourceRef {
  return { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 'shop', name, uid };
}

/** A new, open incident about the Deployment of the same name. */
export function incident(id: string, changes: Partial<Incident> = {}): Incident {
  const subject = changes.subject ?? deployment(id);
  const finding = { detector: 'restart-burst', subject, summary: 'restarts', score: 0.9, since: T0, at: T0 };
  return {
    id,
    version: 0,
    phase: 'open',
    subject,
    openedAt: T0,
    phaseAt: T0,
    wakeAt: T0,
    findings: [{ ...finding, evidence: [{ id: 'Pod:1:7', source: 'watch', at: T0 }] }],
    hypotheses: [],
    attempts: [],
    redecisions: 0,
    ...changes,
  };
}

/** The same incident, over. */
export function ended(open: Incident, endedAt: number): Incident {
  return { ...open, phase: 'resolved', reason: 'recovered', phaseAt: endedAt, endedAt };
}

/** An incident with every optional part, to see that nothing is lost on the way. */
export function fullIncident(id: string): Incident {
  const write = { verb: 'scale', target: deployment(id), replicas: 3 } as const;
  const draft = {
    action: 'scale-up',
    input: { replicas: 3, 'ключ ✓': [null, 1.5, -0.25] },
    target: deployment(id),
    specSeen: 'generation:4',
  };
  const plan: Plan = {
    ...draft,
    treats: 'insufficient-capacity',
    write,
    owner: deployment(id),
    summary: 'scale',
    unproven: 'never seen',
    hash: planHash({ ...draft, treats: 'insufficient-capacity', write }),
  };
  return incident(id, {
    phase: 'asked',
    hypotheses: [{ cause: 'insufficient-capacity', confidence: 0.75, n: 40, because: ['cpu'], by: 'rules' }],
    plan,
    preview: {
      dryRun: { answer: 'accepted' },
      readyPodsTaken: 0,
      readyPodsNow: 2,
      affectedPods: ['a', 'b'],
      notes: ['"quoted"\n'],
      at: T0,
    },
    verdict: { decision: 'ask', reasons: ['mode: ask'], until: T0 + 900_000 },
    actionId: 'earlier',
    baseline: { at: T0, firing: ['restart-burst'], wantedPods: 3, readyPods: 2, peersReady: 0.5 },
    quietSince: T0 + 0.5,
    attempts: [{ actionId: 'earlier', action: 'evict-pod', target: 'k', at: T0, outcome: 'unchanged', undone: false }],
    reason: 'zażółć 𝔘',
  });
}

/** An open intent for the incident, on the Deployment of the same name. */
export function intent(actionId: string, incidentId: string, changes: Partial<Intent> = {}): Intent {
  const target = deployment(incidentId);
  return {
    actionId,
    kind: 'act',
    incidentId,
    action: 'scale-up',
    planHash: 'h'.repeat(64),
    treats: 'bad-rollout',
    write: { verb: 'scale', target, replicas: 3 },
    undo: { verb: 'scale', target, replicas: 2 },
    target,
    owner: target,
    resourceVersion: '41',
    specSeen: 'generation:4',
    epoch: 1,
    evidence: [],
    at: T0,
    deadline: T0 + 60_000,
    sends: 0,
    unanswered: 0,
    state: 'open',
    ...changes,
  };
}

/** Ann's approval of a plan, for 15 minutes. */
export function approval(planHash: string, incidentId: string, changes: Partial<Approval> = {}): Approval {
  return { incidentId, planHash, decision: 'approved', by: 'user:ann', at: T0, expiresAt: T0 + 900_000, ...changes };
}

/** A pause by Ann. */
export function pause(scope: string, reason = 'release'): Pause {
  return { scope, by: 'user:ann', at: T0, reason };
}

/** An audit entry; `detail` tells entries apart. */
export function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return { at: T0, actor: 'kubemend', what: 'opened', detail: {}, ...changes };
}
