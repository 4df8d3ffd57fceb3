import { describe, expect, it } from 'vitest';
import { ask, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { latestIn, recorded } from '../../../test/detectors/fixtures.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container, deployment, pod, replicaSet } from '../../../test/fakes/objects.ts';
import { clusterEvent, fakeView } from '../../../test/fakes/view.ts';
import type { Detection } from '../../core/model/finding.ts';
import type { Container } from '../../core/model/objects.ts';
import { stuckRollout } from './stuck-rollout.ts';

const progressing = (reason: string) => [condition('Progressing', { reason })];
const waiting = (reason: string): Partial<Container> => ({ ready: false, started: false, state: { is: 'waiting', reason } });
/** Crashed for the n-th time at `at`, after a second, and is down. */
const crashed = (restartCount: number, at = NOON - 5_000): Partial<Container> => ({
  ready: false,
  restartCount,
  state: { is: 'terminated', exitCode: 1, reason: 'Error', startedAt: at - 1000, finishedAt: at },
});

interface Story {
  readonly app?: Partial<Container>;
  readonly role?: Container['role'];
  readonly podAgeMs?: number;
  readonly revisionAgeMs?: number;
  readonly reason?: string;
  readonly available?: number;
}

/** A Deployment in the middle of the rollout of revision 2, one pod of which is up. */
function rollingOut(story: Story = {}) {
  const { app = {}, role = 'main', podAgeMs = 2 * MINUTE, revisionAgeMs = podAgeMs, reason = 'ReplicaSetUpdated' } = story;
  const owner = deployment('cart', {
    annotations: { 'deployment.kubernetes.io/revision': '2' },
    updatedReplicas: 1,
    availableReplicas: story.available ?? 3,
    conditions: progressing(reason),
  });
  const old = replicaSet('cart-1', { ownedBy: owner, revision: 1 });
  const newest = replicaSet('cart-2', { ownedBy: owner, revision: 2, replicas: 1, createdAt: NOON - revisionAgeMs });
  const startedAt = NOON - podAgeMs;
  const sick = container('app', { role, ...app });
  const containers = role === 'main' ? [sick] : [sick, container('other', waiting('PodInitializing'))];
  const conditions = [condition('PodScheduled', { changedAt: startedAt })];
  const fresh = pod('cart-2-a', { ownedBy: newest, createdAt: startedAt, startedAt, containers, conditions });
  return [owner, old, newest, pod('cart-1-a', { ownedBy: old }), fresh];
}

describe('stuck-rollout on a Deployment', () => {
  it('fires on a recorded rollout whose deadline has passed', () => {
    const objects = ['deployment-stuck.json', 'replicasets-stuck.json', 'pod-imagepullbackoff.json'].flatMap(recorded);
    const answer = ask(stuckRollout, objects, { now: latestIn(objects) + MINUTE });
    expect(answer).toMatchObject({ is: 'firing', score: 1 });
    expect(summaryOf(answer)).toMatch(
      /^Deployment trial\/rollout: the rollout of revision 2 is stuck \(1 of 3 pods updated, 3 available\); its deadline passed at .*; failing pods: 1, such as rollout-.* waits with ImagePullBackOff: /,
    );
  });

  it('says figures, pod and cause', () => {
    expect(summaryOf(ask(stuckRollout, rollingOut({ app: crashed(2) })))).toBe(
      'Deployment shop/cart: the rollout of revision 2 is stuck (1 of 3 pods updated, 3 available); failing pods: 1, such as cart-2-a (created ' +
        '2027-01-01 11:58:00 UTC): container app was restarted 2 times, last exit code 1 (Error) at 2027-01-01 11:59:55 UTC',
    );
  });

  it('names the workload, the revision and the failing pod as evidence', () => {
    const answer = ask(stuckRollout, rollingOut({ app: waiting('ImagePullBackOff') }));
    expect(answer.is === 'firing' && answer.evidence).toEqual([
      'Deployment:uid-deployment-shop-cart:1',
      'ReplicaSet:uid-replicaset-shop-cart-2:1',
      'Pod:uid-pod-shop-cart-2-a:1',
    ]);
  });

  const rows: readonly [string, Story, Detection['is']][] = [
    ['an image that cannot be pulled', { app: waiting('ImagePullBackOff') }, 'firing'],
    ['a pull error half a minute after the start', { app: waiting('ErrImagePull'), podAgeMs: 30_000 }, 'firing'],
    ['a first pull error', { app: waiting('ErrImagePull'), podAgeMs: 29_999 }, 'quiet'],
    ['a missing ConfigMap', { app: waiting('CreateContainerConfigError') }, 'firing'],
    ['a ConfigMap that may just be late', { app: waiting('CreateContainerConfigError'), podAgeMs: 5_000 }, 'quiet'],
    ['a crash loop', { app: waiting('CrashLoopBackOff') }, 'firing'],
    ['a crash loop of an init container', { app: waiting('CrashLoopBackOff'), role: 'init' }, 'firing'],
    ['a crash loop of a sidecar', { app: waiting('CrashLoopBackOff'), role: 'sidecar' }, 'firing'],
    ['two restarts with exit code 1, shown as terminated', { app: crashed(2) }, 'firing'],
    ['one restart', { app: crashed(1) }, 'quiet'],
    [
      'a short running spell of a crash loop',
      { app: { ...crashed(3), state: { is: 'running', startedAt: NOON - 3_000 }, lastState: crashed(3).state } },
      'unknown',
    ],
    [
      'a start that needed two tries and holds',
      { app: { ...crashed(2), state: { is: 'running', startedAt: NOON - 3 * MINUTE }, lastState: crashed(2).state } },
      'quiet',
    ],
    ['a pod that is merely not ready yet', { app: { ready: false } }, 'quiet'],
    ['a pod that is being set up', { app: waiting('ContainerCreating') }, 'quiet'],
    ['a passed deadline without any failing pod', { reason: 'ProgressDeadlineExceeded' }, 'firing'],
    ['a crash after half an hour of a rollout that is still under way', { app: crashed(3), podAgeMs: 30 * MINUTE }, 'firing'],
    ['a crash right after the rollout was called complete', { app: crashed(3), reason: 'NewReplicaSetAvailable' }, 'firing'],
    ['a pull that fails after the rollout was complete', { app: waiting('ImagePullBackOff'), reason: 'NewReplicaSetAvailable' }, 'quiet'],
    ['a crash long after the rollout was complete', { app: crashed(3), reason: 'NewReplicaSetAvailable', podAgeMs: 60 * MINUTE }, 'quiet'],
    [
      'a crash loop for an hour that began with the revision',
      { app: crashed(15), reason: 'NewReplicaSetAvailable', podAgeMs: 53 * MINUTE },
      'firing',
    ],
    [
      'a replacement pod of an old revision',
      { app: waiting('ImagePullBackOff'), reason: 'NewReplicaSetAvailable', revisionAgeMs: 60 * MINUTE },
      'quiet',
    ],
  ];
  it.each(rows)('on %s', (_, story, expected) => {
    expect(ask(stuckRollout, rollingOut(story)).is).toBe(expected);
  });

  it('is quiet about a late crash although restarts alone would allow an early one, if the first back-off is known', () => {
    const objects = rollingOut({ app: crashed(15), reason: 'NewReplicaSetAvailable', podAgeMs: 53 * MINUTE });
    const sick = objects[4];
    if (!sick) throw new Error('no pod');
    const backOff = clusterEvent(sick, 'BackOff', { fieldPath: 'spec.containers{app}', firstAt: NOON - 40 * MINUTE });
    expect(ask(stuckRollout, objects, { events: [backOff] }).is).toBe('quiet');
    expect(ask(stuckRollout, objects, { events: [{ ...backOff, fieldPath: 'spec.containers{other}' }] }).is).toBe('firing');
  });

  it('holds a certain failure against the pod before a doubtful one', () => {
    const objects = rollingOut();
    const sick = objects[4];
    if (sick?.kind !== 'Pod') throw new Error('no pod');
    const spell = container('first', {
      restartCount: 3,
      state: { is: 'running', startedAt: NOON },
      lastState: { is: 'terminated', exitCode: 1 },
    });
    const containers = [spell, container('second', waiting('ImagePullBackOff'))];
    expect(summaryOf(ask(stuckRollout, [...objects.slice(0, 4), { ...sick, containers }]))).toContain('container second');
  });

  it('fires on a first deployment that is bad', () => {
    const owner = deployment('cart', {
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 0,
      availableReplicas: 0,
      conditions: progressing('ReplicaSetUpdated'),
    });
    const only = replicaSet('cart-1', { ownedBy: owner, createdAt: NOON - MINUTE });
    const sick = pod('cart-1-a', {
      ownedBy: only,
      createdAt: NOON - MINUTE,
      phase: 'Pending',
      containers: [container('app', waiting('ImagePullBackOff'))],
    });
    expect(ask(stuckRollout, [owner, only, sick]).is).toBe('firing');
  });

  it('ignores failing pods of older revisions, and those that are being deleted or were evicted', () => {
    const [owner, old, newest] = rollingOut();
    if (!owner || !old || !newest) throw new Error('the story is short');
    const containers = [container('app', waiting('ImagePullBackOff'))];
    const bad = [
      pod('old', { ownedBy: old, containers }),
      pod('going', { ownedBy: newest, containers, deletedAt: NOON }),
      pod('evicted', { ownedBy: newest, containers, phase: 'Failed', reason: 'Evicted' }),
    ];
    expect(ask(stuckRollout, [owner, old, newest, ...bad]).is).toBe('quiet');
  });

  it.each([
    ['paused', { isPaused: true }, 'quiet'],
    ['scaled to zero', { replicas: 0 }, 'quiet'],
    ['being deleted', { deletedAt: NOON }, 'quiet'],
    ['not yet seen by its controller', { generation: 2, observedGeneration: 1 }, 'unknown'],
    ['without an observed generation', { observedGeneration: undefined }, 'unknown'],
    ['of a revision that is not in view', { annotations: { 'deployment.kubernetes.io/revision': '3' } }, 'unknown'],
    ['without a revision', { annotations: {} }, 'unknown'],
  ] as const)('does not judge a Deployment that is %s', (_, change, expected) => {
    const [, ...owned] = rollingOut({ app: waiting('ImagePullBackOff') });
    const owner = deployment('cart', {
      annotations: { 'deployment.kubernetes.io/revision': '2' },
      conditions: progressing('ReplicaSetUpdated'),
      ...change,
    });
    expect(ask(stuckRollout, [owner, ...owned]).is).toBe(expected);
  });

  it('is unknown about what is not in view', () => {
    expect(stuckRollout.detect(fakeView([]).timelineOf(deployment('cart').meta.ref)).is).toBe('unknown');
  });
});
