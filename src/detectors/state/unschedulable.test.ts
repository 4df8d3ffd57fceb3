import { describe, expect, it } from 'vitest';
import { ask, HOUR, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import type { Condition, Pod } from '../../core/model/objects.ts';
import { lackingIn, unschedulable } from './unschedulable.ts';

const CPU =
  '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

function pending(scheduled: Partial<Condition>, options: Partial<Pod> = {}): Pod {
  const told = condition('PodScheduled', { status: 'False', reason: 'Unschedulable', message: CPU, changedAt: NOON - HOUR, ...scheduled });
  return { ...pod('cart-0', { phase: 'Pending', conditions: [told] }), ...options };
}

it.each([
  ['a pod without room for a minute', pending({ changedAt: NOON - MINUTE }), 'firing'],
  ['a pod without room for less', pending({ changedAt: NOON - MINUTE + 1 }), 'unknown'],
  ['a gated pod', pending({ reason: 'SchedulingGated' }), 'quiet'],
  ['a scheduled pod', pending({ status: 'True' }), 'quiet'],
  ['a pod on a node', pending({}, { nodeName: 'node-1' }), 'quiet'],
  ['a pod that is being deleted', pending({}, { meta: { ...pod('cart-0').meta, deletedAt: NOON } }), 'quiet'],
  ['a running pod', pod('cart-0'), 'quiet'],
  ['a pod of which the scheduler has said nothing', pending({}, { conditions: [] }), 'unknown'],
  ['a pod of which the scheduler is not sure', pending({ status: 'Unknown' }), 'unknown'],
] as const)('unschedulable on %s', (_, subject, expected) => expect(ask(unschedulable, [subject]).is).toBe(expected));

it('says since when and why, and names the scheduler event', () => {
  const subject = pending({});
  const answer = ask(unschedulable, [subject], { events: [clusterEvent(subject, 'FailedScheduling')] });
  expect(summaryOf(answer)).toContain(
    'Pod shop/cart-0 fits on no node since 2027-01-01 11:00:00 UTC, for cpu: 0/3 nodes are available: 3 Insufficient cpu.',
  );
  expect(answer.is === 'firing' && answer.evidence).toHaveLength(2);
});

describe('what the scheduler lacks', () => {
  it.each([
    [CPU, ['cpu']],
    [
      '0/101 nodes are available: 1 Insufficient cpu, 100 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/101 nodes are available: 101 Preemption is not helpful for scheduling.',
      ['taints', 'cpu'],
    ],
    [
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory.',
      ['memory', 'taints'],
    ],
    ["0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", ['affinity']],
    ["0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.", ['affinity']],
    ["0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.", ['affinity']],
    ['0/3 nodes are available: 3 node(s) had volume node affinity conflict.', ['volume']],
    ['0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', ['volume']],
    ['0/1 nodes are available: persistentvolumeclaim "data" not found.', ['volume']],
    ["0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.", ['ports']],
    ['0/3 nodes are available: 3 node(s) were unschedulable.', ['taints']],
    ['0/3 nodes are available: 3 Insufficient nvidia.com/gpu.', ['other']],
    ['0/3 nodes are available: 3 Too many pods.', ['other']],
    ['no nodes available to schedule pods', ['other']],
    ['', ['other']],
  ])('in "%s"', (message, expected) => expect(lackingIn(message)).toEqual(expected));
});
