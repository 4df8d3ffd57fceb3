import { expect, it } from 'vitest';
import { ask, HOUR, MINUTE, SECOND, summaryOf } from '../../../test/detectors/ask.ts';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { persistentVolumeClaim } from '../../../test/fakes/objects.ts';
import { clusterEvent } from '../../../test/fakes/view.ts';
import { pvcPending } from './pvc-pending.ts';

const claim = (options: Parameters<typeof persistentVolumeClaim>[1] = {}) =>
  persistentVolumeClaim('data', { phase: 'Pending', createdAt: NOON - HOUR, ...options });
/** An event that began and was last seen so long ago. */
const said = (reason: string, sinceMs: number, lastMs = 10 * SECOND) =>
  clusterEvent(claim(), reason, { firstAt: NOON - sinceMs, at: NOON - lastMs, message: 'as it is' });

it.each([
  ['a failing provisioner', [said('ProvisioningFailed', 5 * MINUTE)], 'firing'],
  ['a provisioner that failed for less', [said('ProvisioningFailed', 5 * MINUTE - 1)], 'unknown'],
  [
    'a provisioner that says ever other things',
    [said('Provisioning', 6 * MINUTE, 6 * MINUTE), said('ProvisioningFailed', MINUTE)],
    'firing',
  ],
  ['no volume and no class', [said('FailedBinding', HOUR)], 'firing'],
  ['a claim without a consumer', [said('WaitForFirstConsumer', HOUR)], 'quiet'],
  ['a claim whose consumer waits for a node', [said('WaitForPodScheduled', HOUR)], 'quiet'],
  ['a consumer that has just come', [said('WaitForFirstConsumer', HOUR, MINUTE), said('ExternalProvisioning', 50 * SECOND)], 'unknown'],
  ['words that are too old', [said('WaitForFirstConsumer', HOUR, 16 * MINUTE)], 'unknown'],
  ['silence', [], 'unknown'],
  ['other words only', [said('Resizing', HOUR)], 'unknown'],
] as const)('pvc-pending on %s', (_, events, expected) => expect(ask(pvcPending, [claim()], { events }).is).toBe(expected));

it.each([
  ['a bound claim', claim({ phase: 'Bound' }), 'quiet'],
  ['a young claim', claim({ createdAt: NOON - MINUTE }), 'quiet'],
  ['a claim that is being deleted', claim({ deletedAt: NOON }), 'quiet'],
  ['a claim whose volume is lost', claim({ phase: 'Lost', volumeName: 'pv-1' }), 'firing'],
] as const)('pvc-pending on %s', (_, subject, expected) =>
  expect(ask(pvcPending, [subject], { events: [said('FailedBinding', HOUR)] }).is).toBe(expected),
);

it('says for how long, the class, and what the provisioner said', () => {
  const answer = ask(pvcPending, [claim()], { events: [said('ProvisioningFailed', 10 * MINUTE)] });
  expect(summaryOf(answer)).toBe(
    'PersistentVolumeClaim shop/data has sought a volume for 10 min (since 2027-01-01 11:50:00 UTC), class standard, ProvisioningFailed: as it is',
  );
});
