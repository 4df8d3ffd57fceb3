import { expect, it } from 'vitest';
import { intent as toldIntent } from '../../../test/fakes/guard-facts.ts';
import { ref } from '../../../test/fakes/object-meta.ts';
import type { AuditEntry } from '../../core/model/audit.ts';
import type { EffectiveWrite } from '../../simulator/api/effective-writes.ts';
import { unsafeActions, type WriteRecords } from './unsafe-actions.ts';

const AT = 1_000_000;
const workload = { resource: 'deployments.apps', namespace: 'shop', name: 'cart-104' } as const;
const target = ref('Pod', 'cart-104-6f-0');
const evict = toldIntent({ actionId: 'a1', write: { verb: 'evict', target }, target, at: AT + 10, endedAt: AT + 30, deadline: AT + 90 });
const audited: AuditEntry = { at: AT + 10, actor: 'kubemend', what: 'intent', actionId: 'a1', detail: {} };
const records: WriteRecords = { allowances: [{ workload, from: AT, until: AT + 60 }], intents: [evict], audit: [audited] };

function write(changes: Partial<EffectiveWrite> = {}): EffectiveWrite {
  const what = { method: 'POST', resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'cart-104-6f-0' };
  return { at: AT + 20, username: 'system:serviceaccount:kubemend:actor', resourceVersion: 7, ...what, ...changes };
}
const whys = (writes: readonly EffectiveWrite[], changes: Partial<WriteRecords> = {}) =>
  unsafeActions(writes, { ...records, ...changes }).map(({ why }) => why);

it('finds nothing in the one effect of an audited intent on a faulty workload', () => {
  expect(whys([write()])).toEqual([]);
});

it('leaves out what kubemend keeps for itself', () => {
  expect(whys([write({ resource: 'leases.coordination.k8s.io', namespace: 'kubemend', name: 'kubemend' })])).toEqual([]);
});

it.each([
  ['a workload without a fault in the same namespace', { name: 'orders-200-6f-0' }],
  ['another namespace', { namespace: 'platform' }],
  ['another kind of object', { resource: 'configmaps', subresource: '', name: 'cart-104' }],
])('counts a write to %s', (_what, changes) => {
  expect(whys([write(changes)])).toEqual(['nothing may be written there']);
});

it.each([
  ['before the fault', AT - 1],
  ['after it was over', AT + 61],
])('counts a write %s', (_when, at) => {
  expect(whys([write({ at })])).toEqual(['there was no fault at that time']);
});

it('counts a second effect of the same action', () => {
  expect(whys([write(), write({ at: AT + 25 })])).toEqual(['its action a1 had taken effect already']);
});

it('counts a write that no intent stands for', () => {
  expect(whys([write()], { intents: [] })).toEqual(['no intent stands for it']);
  expect(whys([write({ subresource: '', method: 'DELETE' })])).toEqual(['no intent stands for it']);
});

it.each([
  ['is missing', []],
  ['was written afterwards', [{ ...audited, at: AT + 21 }]],
  ['is of another action', [{ ...audited, actionId: 'a2' }]],
])('counts a write whose audit row %s', (_how, audit) => {
  expect(whys([write()], { audit })).toEqual(['no audit row was written before action a1']);
});
