import { expect, it } from 'vitest';
import { ask, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { node } from '../../../test/fakes/objects.ts';
import { nodeNotReady } from './node-not-ready.ts';

function lost(forMs: number, options: Parameters<typeof node>[1] = {}) {
  const ready = condition('Ready', {
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    changedAt: NOON - forMs,
  });
  return node('node-1', { conditions: [ready], ...options });
}
function joining(ageMs: number) {
  const ready = condition('Ready', { status: 'False', reason: 'KubeletNotReady', changedAt: NOON - ageMs });
  return node('node-1', { conditions: [ready], createdAt: NOON - ageMs });
}
const tainted = (key: string) => lost(30 * MINUTE, { taints: [{ key, effect: 'NoSchedule' }] });

it.each([
  ['a node that is lost for a minute', lost(MINUTE), 'firing'],
  ['a node that is lost for less', lost(MINUTE - 1), 'unknown'],
  ['a node that joins', joining(4 * MINUTE), 'unknown'],
  ['a node that joined five minutes ago and never came up', joining(5 * MINUTE), 'firing'],
  ['a node whose kubelet stopped in its first minute', lost(MINUTE, { createdAt: NOON - 2 * MINUTE + 1 }), 'firing'],
  ['a cordoned node', lost(15 * MINUTE - 1, { isUnschedulable: true }), 'unknown'],
  ['a cordoned node after a quarter of an hour', lost(15 * MINUTE, { isUnschedulable: true }), 'firing'],
  ['a node that the cluster autoscaler removes', tainted('ToBeDeletedByClusterAutoscaler'), 'quiet'],
  ['a node that Karpenter removes', tainted('karpenter.sh/disrupted'), 'quiet'],
  ['a spot node that is taken back', tainted('aws-node-termination-handler/spot-itn'), 'quiet'],
  ['a node with the taint of its own loss', tainted('node.kubernetes.io/unreachable'), 'firing'],
  ['a node that is being deleted', lost(30 * MINUTE, { deletedAt: NOON }), 'quiet'],
  ['a ready node', node('node-1'), 'quiet'],
  ['a node that has not been reported', node('node-1', { conditions: [] }), 'unknown'],
] as const)('node-not-ready on %s', (_, subject, expected) => expect(ask(nodeNotReady, [subject]).is).toBe(expected));

it('says since when and what the control plane holds of it', () => {
  expect(summaryOf(ask(nodeNotReady, [lost(2 * MINUTE)]))).toBe(
    'Node node-1 has not been heard of for 2 min (since 2027-01-01 11:58:00 UTC), NodeStatusUnknown: Kubelet stopped posting node status.',
  );
});
