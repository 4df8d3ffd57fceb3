import { expect, it } from 'vitest';
import { ask, HOUR, MINUTE, SECOND, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { daemonSet, deployment, job, pod, replicaSet, statefulSet } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { KubeObject } from '../../core/model/objects.ts';
import type { ClusterEvent } from '../../core/model/signal.ts';
import { creationRefused } from './creation-refused.ts';

const QUOTA = 'pods "cart-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10';
const failure = (changedMs: number, message = QUOTA) =>
  condition('ReplicaFailure', { reason: 'FailedCreate', message, changedAt: NOON - changedMs });
const set = (changedMs: number, message?: string) => replicaSet('cart', { readyReplicas: 2, conditions: [failure(changedMs, message)] });

it.each([
  ['a refusal for half a minute', set(30 * SECOND), 'firing'],
  ['a refusal for less', set(30 * SECOND - 1), 'unknown'],
  ['a failed deletion', replicaSet('cart', { conditions: [{ ...failure(HOUR), reason: 'FailedDelete' }] }), 'quiet'],
  ['a ReplicaSet that is whole', replicaSet('cart'), 'quiet'],
  ['a ReplicaSet that is being deleted', replicaSet('cart', { deletedAt: NOON, conditions: [failure(HOUR)] }), 'quiet'],
  ['a Deployment, whose ReplicaSet speaks for it', deployment('cart', { conditions: [failure(HOUR)] }), 'quiet'],
] as const)('creation-refused on %s', (_, subject, expected) => expect(ask(creationRefused, [subject]).is).toBe(expected));

function withEvent(subject: KubeObject, event: Partial<ClusterEvent> = {}, more: readonly KubeObject[] = []) {
  const refused = clusterEvent(subject, 'FailedCreate', {
    message: QUOTA,
    count: 5,
    firstAt: NOON - 5 * MINUTE,
    at: NOON - MINUTE,
    ...event,
  });
  return ask(creationRefused, [subject, ...more], { events: [refused] }).is;
}

it('fires on controllers without such a condition by their events, while pods are short', () => {
  const db = statefulSet('db', { replicas: 1 });
  const agent = daemonSet('agent', { replicas: 1 });
  expect(withEvent(db)).toBe('firing');
  expect(withEvent(agent)).toBe('firing');
  expect(withEvent(db, {}, [pod('db-0', { ownedBy: db })])).toBe('quiet');
  expect(withEvent(db, {}, [pod('db-0', { ownedBy: db, deletedAt: NOON })])).toBe('firing');
  expect(withEvent(db, { firstAt: NOON - 10 * SECOND, at: NOON })).toBe('unknown');
  expect(withEvent(db, { firstAt: NOON - HOUR, at: NOON - 20 * MINUTE })).toBe('firing');
  expect(withEvent(db, { firstAt: NOON - HOUR, at: NOON - 20 * MINUTE - 1 })).toBe('quiet');
});

it('fires on a Job without pods, unless it is suspended or at its end', () => {
  expect(withEvent(job('import', { active: 0 }))).toBe('firing');
  expect(withEvent(job('import', { active: 1 }))).toBe('quiet');
  expect(withEvent(job('import', { active: 0, isSuspended: true }))).toBe('quiet');
  expect(withEvent(job('import', { active: 0, conditions: [condition('Failed')] }))).toBe('quiet');
});

it('is quiet once a creation has followed the refusal', () => {
  const db = statefulSet('db', { replicas: 2 });
  const events = [
    clusterEvent(db, 'FailedCreate', { at: NOON - MINUTE, firstAt: NOON - HOUR }),
    clusterEvent(db, 'SuccessfulCreate', { at: NOON - SECOND }),
  ];
  expect(ask(creationRefused, [db], { events }).is).toBe('quiet');
});

it('counts every refusal since the last creation, and tells of the newest', () => {
  const db = statefulSet('db', { replicas: 3 });
  const event = (id: string, reason: string, agoMs: number, message = '') =>
    clusterEvent(db, reason, { id, at: NOON - agoMs, firstAt: NOON - agoMs, message, count: 3 });
  const events = [
    event('early', 'FailedCreate', HOUR),
    event('made', 'SuccessfulCreate', 5 * MINUTE),
    event('same-second', 'FailedCreate', 5 * MINUTE),
    event('newest', 'FailedCreate', MINUTE, QUOTA),
  ];
  const answer = ask(creationRefused, [db], { events });
  expect(summaryOf(answer)).toBe(
    `StatefulSet shop/db cannot create what it should since 2027-01-01 11:55:00 UTC, 6 times; refused by the quota compute: ${QUOTA}`,
  );
  expect(answer.is === 'firing' && answer.evidence.slice(1)).toEqual(['same-second', 'newest']);
});

it.each([
  [QUOTA, 'refused by the quota compute'],
  ['pods "x" is forbidden: failed quota: compute: must specify limits.memory for: app', 'refused by the quota compute'],
  ['pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged', 'refused by Pod Security (restricted:latest)'],
  ['admission webhook "policy.example.test" denied the request: no', 'refused by the admission webhook policy.example.test'],
  [
    'Internal error occurred: failed calling webhook "inject.example.test": failed to call webhook: context deadline exceeded',
    'refused by the admission webhook inject.example.test',
  ],
  [
    "pods \"x\" is forbidden: ValidatingAdmissionPolicy 'ceiling' with binding 'ceiling' denied request: too many",
    'refused by the admission policy ceiling',
  ],
  ['pods "x" is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi', 'refused by a LimitRange (memory)'],
  [
    'pods "x-" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found',
    'refused by the API server: service account robot does not exist',
  ],
  ['something else', 'refused by the API server: something else'],
])('tells who refused: %s', (message, words) => expect(summaryOf(ask(creationRefused, [set(MINUTE, message)]))).toContain(words));
