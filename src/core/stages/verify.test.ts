import { describe, expect, it } from 'vitest';
import { attempt, incidentOn } from '../../../test/fakes/acting.ts';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { deployment, node, pod, replicaSet, statefulSet } from '../../../test/fakes/objects.ts';
import { fakeView } from '../../../test/fakes/view.ts';
import type { Incident } from '../model/incident.ts';
import { isReady, type Pod } from '../model/objects.ts';
import { subjectOf } from '../model/timeline.ts';
import type { Action, Detector } from '../plugins.ts';
import { observe } from './observe.ts';
import { verify } from './verify.ts';

const HOUR_MS = 60 * 60_000;
const lost = node('node-1', { ready: false });
const cart = deployment('cart', { replicas: 4 });
const set = replicaSet('cart-6f', { ownedBy: cart });
const on = (nodeName: string, name: string, options: Parameters<typeof pod>[1] = {}) =>
  pod(`cart-6f-${name}`, { ownedBy: set, nodeName, ready: nodeName !== 'node-1', ...options });
const served = [on('node-2', 'c'), on('node-3', 'd')];
const [first, second] = [on('node-1', 'a'), on('node-1', 'b')];
const leaving = on('node-1', 'a', { deletedAt: NOON });
const successor = on('node-2', 'e');

const nodeIsLost: Detector = {
  name: 'node-is-lost',
  watches: ['Node'],
  needs: [],
  detect: () => ({ is: 'firing', summary: 'it is lost', score: 1, evidence: [] }),
};
const action: Action = {
  name: 'give-up',
  treats: ['node-failure'],
  impact: { scope: 'node', tier: 'medium', reversible: false, restorative: false },
  rbac: [],
  verify: { settleMs: 0, deadlineMs: 60_000 },
  propose: async () => undefined,
  preview: () => ({ affectedPods: [], notes: [] }),
  write: () => ({ verb: 'evict', target: first.meta.ref }),
};
const settings = {
  mode: 'auto',
  ownNamespace: 'kubemend',
  gatherMs: 0,
  approvalMs: 0,
  stableMs: 10_000,
  giveUpMs: 0,
  actDeadlineMs: 0,
} as const;
const parts = { detectors: [nodeIsLost], actions: [action], settings, clock: fakeClock(NOON) };

/** About a lost node, from which the first pod of `cart` was evicted. */
const evicted: Incident = incidentOn(lost, [], {
  phase: 'acted',
  actionId: 'give-up-1',
  attempts: [attempt('give-up', 'default/core/Pod/shop/cart-6f-a')],
  plan: {
    action: 'give-up',
    summary: 'give up cart-6f-a',
    input: {},
    target: first.meta.ref,
    owner: cart.meta.ref,
    specSeen: 'spec:1',
    treats: 'node-failure',
    write: { verb: 'evict', target: first.meta.ref },
    hash: 'hash',
  },
});
const standing = (...pods: readonly Pod[]) => observe(evicted, fakeView([lost, cart, set, ...pods]), parts);

it('judges the eviction of a pod from a node by the workload of the pod, less what still sits on the node', () => {
  expect(standing(first, second, ...served)).toMatchObject({ firing: [], wantedPods: 2, readyPods: 2 });
  expect(standing(leaving, second, ...served)).toMatchObject({ firing: [], wantedPods: 3, readyPods: 2 });
  expect(standing(leaving, second, ...served, successor)).toMatchObject({ firing: [], wantedPods: 3, readyPods: 3 });
});

it('looks at the node itself where no pod of it is the target', () => {
  const { plan, ...untreated } = evicted;
  expect(observe(untreated, fakeView([lost, cart, set]), parts).firing).toEqual(['node-is-lost']);
});

const judged = (incident: Incident, ...pods: readonly Pod[]) => verify(incident, fakeView([lost, cart, set, ...pods]), parts)?.incident;
const well: Incident = {
  ...evicted,
  baseline: { at: 0, firing: [], wantedPods: 2, readyPods: 2 },
  phaseAt: NOON - 20_000,
  quietSince: NOON - 10_000,
};

it('goes on with the next pod once the workload serves again, for the node is still lost', () => {
  const next = judged(well, leaving, second, ...served, successor);
  expect(next).toMatchObject({ phase: 'open', attempts: [{ outcome: 'recovered' }] });
  expect(next?.plan).toBeUndefined();
});

it('does not hold the workload to be whole while the successor does not serve', () => {
  const late: Incident = { ...well, phaseAt: NOON - 60_000 };
  expect(judged(late, leaving, second, ...served)).toMatchObject({ phase: 'escalated', attempts: [{ outcome: 'inconclusive' }] });
});

describe('a pod that was not ready before the act either', () => {
  const web = statefulSet('web');
  const at = (index: number, changedAt: number, isReady: boolean, options: Parameters<typeof pod>[1] = {}) =>
    pod(`web-${index}`, {
      ownedBy: web,
      conditions: [condition('Ready', { status: isReady ? 'True' : 'False', changedAt })],
      ...options,
    });
  const podIsSick: Detector = {
    name: 'pod-is-sick',
    watches: ['Pod'],
    needs: [],
    detect(timeline) {
      const subject = subjectOf(timeline);
      return subject?.kind === 'Pod' && !isReady(subject) ? { is: 'firing', summary: 'sick', score: 1, evidence: [] } : { is: 'quiet' };
    },
  };
  const actedAt = NOON - 60_000;
  const acted: Incident = incidentOn(web, [], {
    phase: 'acted',
    phaseAt: actedAt,
    actionId: 'give-up-1',
    attempts: [attempt('give-up', 'default/apps/StatefulSet/shop/web')],
    plan: { ...(evicted.plan ?? expect.fail()), target: web.meta.ref, owner: web.meta.ref },
    baseline: { at: actedAt, firing: ['rollout-is-stuck'], wantedPods: 3, readyPods: 2 },
  });
  const outcomeWith = (last: Pod, incident = acted) => {
    const view = fakeView([web, at(0, NOON - HOUR_MS, true), at(1, NOON - HOUR_MS, true), last]);
    return verify(incident, view, { ...parts, detectors: [podIsSick] })?.incident.attempts[0]?.outcome;
  };

  it('does not make the act a bad one when its trouble gets another name', () => {
    expect(outcomeWith(at(2, actedAt - 1_000, false))).toBe('unchanged');
  });

  it('makes it a bad one when the act was on this very pod', () => {
    const last = at(2, actedAt - 1_000, false);
    const resized: Incident = { ...acted, plan: { ...(acted.plan ?? expect.fail()), target: last.meta.ref } };
    expect(outcomeWith(last, resized)).toBe('worse');
  });

  it('makes it a bad one when it has lost readiness since', () => {
    expect(outcomeWith(at(2, actedAt + 1_000, false))).toBe('worse');
  });

  it('makes it a bad one when it was made since, for it may stand for one that served', () => {
    expect(outcomeWith(at(2, actedAt + 1_000, false, { createdAt: actedAt + 1_000 }))).toBe('worse');
  });
});
