import { describe, expect, it } from 'vitest';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { container, daemonSet, deployment, pod, replicaSet, statefulSet } from '../../../test/fakes/objects.ts';
import { fakeView } from '../../../test/fakes/view.ts';
import type { Pod, Workload } from '../model/objects.ts';
import { healthyRevisions } from './prove.ts';

const MINUTE = 60_000;
const SINCE = NOON - 10 * MINUTE;
const set = replicaSet('cart-a', { ownedBy: deployment('cart') });
const served = (name: string, options: Parameters<typeof pod>[1] = {}) =>
  pod(name, {
    ownedBy: set,
    labels: { 'pod-template-hash': 'a' },
    createdAt: SINCE,
    conditions: [condition('Ready', { changedAt: SINCE })],
    containers: [container('app', { state: { is: 'running', startedAt: SINCE } })],
    ...options,
  });
const three = ['x', 'y', 'z'].map((name) => served(name));

function proven(pods: readonly Pod[], options: { readonly workload?: Workload; readonly ages?: object } = {}) {
  return healthyRevisions(fakeView([options.workload ?? deployment('cart'), set, ...pods], { ages: options.ages ?? {} }));
}

describe('a revision counts as healthy', () => {
  it('once all wanted pods have served for ten minutes without a restart', () => {
    const workload = deployment('cart').meta.ref.uid;
    expect(proven(three)).toEqual([{ workload, podHash: 'a', since: SINCE, until: NOON }]);
  });

  it.each([
    ['a StatefulSet', statefulSet('cart', { replicas: 1 })],
    ['a DaemonSet', daemonSet('cart', { replicas: 1 })],
  ])('of %s, too', (_kind, workload) => {
    expect(proven([served('cart-0', { ownedBy: workload, labels: { 'controller-revision-hash': 'r' } })], { workload })).toMatchObject([
      { podHash: 'r' },
    ]);
  });

  it.each<[string, readonly Pod[], Parameters<typeof proven>[1]?]>([
    ['a pod is missing', three.slice(1)],
    ['a pod is not ready', [...three.slice(1), served('x', { ready: false, conditions: [condition('Ready', { status: 'False' })] })]],
    [
      'a pod became ready a second later',
      [...three.slice(1), served('x', { conditions: [condition('Ready', { changedAt: SINCE + 1_000 })] })],
    ],
    [
      'a container was restarted since',
      [...three.slice(1), served('x', { containers: [container('app', { state: { is: 'running', startedAt: SINCE + 1 } })] })],
    ],
    [
      'nobody knows since when a container runs',
      [...three.slice(1), served('x', { containers: [container('app', { state: { is: 'running' } })] })],
    ],
    ['a pod of another revision is there', [...three, served('new', { labels: { 'pod-template-hash': 'b' } })]],
    ['a pod carries no revision', [...three.slice(1), served('x', { labels: {} })]],
    ['nothing is wanted', [], { workload: deployment('cart', { replicas: 0 }) }],
    ['its controller has not looked at it yet', three, { workload: deployment('cart', { generation: 2, observedGeneration: 1 }) }],
    ['it is being deleted', three, { workload: deployment('cart', { deletedAt: NOON }) }],
    ['we are blind for pods', three, { ages: { Pod: undefined } }],
    ['we are blind for its kind', three, { ages: { Deployment: undefined } }],
  ])('never when %s', (_why, pods, options) => {
    expect(proven(pods, options)).toEqual([]);
  });
});
