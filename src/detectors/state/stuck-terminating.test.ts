import { expect, it } from 'vitest';
import { ask, MINUTE, summaryOf } from '../../../test/detectors/ask.ts';
import { condition, NOON } from '../../../test/fakes/object-meta.ts';
import { namespace, persistentVolumeClaim, pod } from '../../../test/fakes/objects.ts';
import { stuckTerminating } from './stuck-terminating.ts';

const late = NOON - 10 * MINUTE - 1;

it.each([
  ['a pod ten minutes after its grace period', pod('cart-0', { deletedAt: late }), 'firing'],
  ['a pod at ten minutes', pod('cart-0', { deletedAt: late + 1 }), 'quiet'],
  ['a pod within its grace period', pod('cart-0', { deletedAt: NOON + MINUTE }), 'quiet'],
  ['a pod that nobody deletes', pod('cart-0'), 'quiet'],
  ['a claim', persistentVolumeClaim('data', { deletedAt: late }), 'firing'],
  ['a namespace', namespace('old', { deletedAt: late, phase: 'Terminating' }), 'firing'],
] as const)('stuck-terminating on %s', (_, subject, expected) => expect(ask(stuckTerminating, [subject]).is).toBe(expected));

it('names the finalizers and, of a namespace, what its controller says', () => {
  const claim = persistentVolumeClaim('data', { deletedAt: late, finalizers: ['kubernetes.io/pvc-protection'] });
  expect(summaryOf(ask(stuckTerminating, [claim]))).toBe(
    'PersistentVolumeClaim shop/data should have gone at 2027-01-01 11:49:59 UTC and is still there 10 min later, held by the finalizers kubernetes.io/pvc-protection',
  );
  const conditions = [
    condition('NamespaceDeletionContentFailure', { status: 'False' }),
    condition('NamespaceFinalizersRemaining', { message: 'example.test/guard in 1 resource instances' }),
  ];
  expect(summaryOf(ask(stuckTerminating, [namespace('old', { deletedAt: late, conditions })]))).toMatch(
    /later: example\.test\/guard in 1 resource instances$/,
  );
});
