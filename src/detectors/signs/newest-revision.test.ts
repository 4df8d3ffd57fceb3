import { describe, expect, it } from 'vitest';
import { ask, down, MINUTE, waiting } from '../../../test/detectors/ask.ts';
import { LONG_AGO, NOON } from '../../../test/fakes/object-meta.ts';
import { container, controllerRevision, daemonSet, pod, statefulSet } from '../../../test/fakes/objects.ts';
import type { Container } from '../../core/model/objects.ts';
import { stuckRollout } from '../state/stuck-rollout.ts';

const HASH = 'controller-revision-hash';
const crashed = down(2);

describe('the newest revision of a StatefulSet, as stuck-rollout sees it:', () => {
  function story(options: {
    readonly currentRevision?: string;
    readonly strategy?: string;
    readonly podAgeMs?: number;
    readonly app?: Container;
  }) {
    const { currentRevision = 'web-1', strategy = 'RollingUpdate', podAgeMs = MINUTE, app = waiting('ImagePullBackOff') } = options;
    const owner = statefulSet('web', { currentRevision, updateRevision: 'web-2', updatedReplicas: 1, strategy });
    const revisions = ['web-1', 'web-2'].map((name, index) =>
      controllerRevision(name, { ownedBy: owner, revision: index + 1, createdAt: index === 0 ? LONG_AGO : NOON - podAgeMs }),
    );
    const startedAt = NOON - podAgeMs;
    const sick = pod('web-2', {
      ownedBy: owner,
      labels: { [HASH]: 'web-2' },
      createdAt: startedAt,
      startedAt,
      conditions: [],
      containers: [app],
    });
    return [owner, ...revisions, pod('web-0', { ownedBy: owner, labels: { [HASH]: 'web-1' } }), sick];
  }

  it('fires when a pod of the update revision fails', () => expect(ask(stuckRollout, story({})).is).toBe('firing'));
  it('fires when the only revision is bad', () => expect(ask(stuckRollout, story({ currentRevision: 'web-2' })).is).toBe('firing'));
  it('is quiet when only a pod of the current revision fails', () => {
    const [owner, first, second] = story({});
    if (!owner || !first || !second) throw new Error('the story is short');
    const sick = pod('web-0', { ownedBy: owner, labels: { [HASH]: 'web-1' }, containers: [waiting('CrashLoopBackOff')] });
    expect(ask(stuckRollout, [owner, first, second, sick]).is).toBe('quiet');
  });
  it('fires when a pod crashes late in an update that is still under way', () =>
    expect(ask(stuckRollout, story({ podAgeMs: 60 * MINUTE, app: crashed })).is).toBe('firing'));
  it('is quiet when a pod of a complete revision crashes late', () =>
    expect(ask(stuckRollout, story({ currentRevision: 'web-2', podAgeMs: 60 * MINUTE, app: crashed })).is).toBe('quiet'));
  it('is quiet when a pod of an OnDelete revision that ran well crashes', () =>
    expect(ask(stuckRollout, story({ strategy: 'OnDelete', podAgeMs: 60 * MINUTE, app: crashed })).is).toBe('quiet'));
  it('is unknown when the revision is not in view', () => {
    const objects = story({}).filter((object) => object.meta.ref.name !== 'web-2' || object.kind === 'Pod');
    expect(ask(stuckRollout, objects).is).toBe('unknown');
  });
});

describe('the newest revision of a DaemonSet, as stuck-rollout sees it:', () => {
  function story(options: { readonly oldPods: number; readonly strategy?: string; readonly podAgeMs?: number; readonly app?: Container }) {
    const { podAgeMs = MINUTE, app = waiting('CreateContainerConfigError') } = options;
    const { strategy = 'RollingUpdate' } = options;
    const owner = daemonSet('agent', { updatedReplicas: 1, strategy });
    const revisions = [1, 2].map((revision) =>
      controllerRevision(`agent-${revision}`, {
        ownedBy: owner,
        revision,
        labels: { [HASH]: `${revision}` },
        createdAt: revision === 1 ? LONG_AGO : NOON - podAgeMs,
      }),
    );
    const old = Array.from({ length: options.oldPods }, (_, index) => pod(`old-${index}`, { ownedBy: owner, labels: { [HASH]: '1' } }));
    const startedAt = NOON - podAgeMs;
    const sick = pod('new', {
      ownedBy: owner,
      labels: { [HASH]: '2' },
      createdAt: startedAt,
      startedAt,
      conditions: [],
      containers: [app],
    });
    return [owner, ...revisions, ...old, sick];
  }

  it('fires when a pod of the newest revision fails beside old ones', () =>
    expect(ask(stuckRollout, story({ oldPods: 2 })).is).toBe('firing'));
  it('fires when all pods are of the newest revision and failed from the start', () =>
    expect(ask(stuckRollout, story({ oldPods: 0 })).is).toBe('firing'));
  it('is quiet when a pod of a complete revision crashes after an hour', () =>
    expect(ask(stuckRollout, story({ oldPods: 0, podAgeMs: 60 * MINUTE, app: crashed })).is).toBe('quiet'));
  it('fires when a pod crashes late beside old ones, unless these stay by intent', () => {
    const late = { oldPods: 2, podAgeMs: 60 * MINUTE, app: crashed };
    expect(ask(stuckRollout, story(late)).is).toBe('firing');
    expect(ask(stuckRollout, story({ ...late, strategy: 'OnDelete' })).is).toBe('quiet');
  });
  it('is unknown without a ControllerRevision', () => {
    const objects = story({ oldPods: 1 }).filter((object) => object.kind !== 'ControllerRevision');
    expect(ask(stuckRollout, objects).is).toBe('unknown');
  });
  it('is quiet while the newest pods run', () => expect(ask(stuckRollout, story({ oldPods: 2, app: container('app') })).is).toBe('quiet'));
});
