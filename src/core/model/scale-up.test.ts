import { expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { deployment } from '../../../test/fakes/objects.ts';
import type { Intent } from './intent.ts';
import { scaleUpsIn } from './scale-up.ts';

const target = deployment('cart').meta.ref;
/** An act or undo that took a workload from a number of replicas to another. */
function scaled(from: number, to: number, rest: Partial<Intent> = {}): Intent {
  return {
    ...{
      actionId: `${from}-${to}`,
      kind: 'act',
      incidentId: 'i',
      action: 'scale-workload',
      planHash: 'h',
      treats: 'insufficient-capacity',
    },
    ...{ write: { verb: 'scale', target, replicas: to }, undo: { verb: 'scale', target, replicas: from }, target, owner: target },
    ...{ resourceVersion: '1', specSeen: 'generation:1', epoch: 1, evidence: [], at: NOON, deadline: NOON, sends: 1, unanswered: 0 },
    ...{ state: 'applied', endedAt: NOON + 1_000 },
    ...rest,
  };
}
const left = (...ledger: Intent[]) => scaleUpsIn(ledger).map(({ subject, from, to, at }) => [subject.name, from, to, at]);

it('is what an act has added, from the moment that it took effect', () => {
  expect(left(scaled(4, 6))).toEqual([['cart', 4, 6, NOON + 1_000]]);
});

it('counts from the number before the first of several acts', () => {
  expect(left(scaled(4, 6), scaled(6, 9))).toEqual([['cart', 4, 9, NOON + 1_000]]);
});

it.each<[string, Intent[]]>([
  ['undone', [scaled(4, 6), scaled(6, 4, { kind: 'undo' })]],
  ['taken back', [scaled(4, 6), scaled(6, 4, { action: 'scale-back' })]],
  ['taken back further than it began', [scaled(4, 6), scaled(6, 3)]],
  [
    'not known to have taken effect',
    [scaled(4, 6, { state: 'superseded' }), scaled(4, 6, { state: 'open' }), scaled(4, 6, { state: 'void' })],
  ],
  ['no scaling', [scaled(4, 6, { write: { verb: 'replace-template', target, template: {} } })]],
  ['a step down', [scaled(6, 4)]],
])('is nothing when it was %s', (_what, ledger) => {
  expect(left(...ledger)).toEqual([]);
});

it('is what is left when a part was taken back', () => {
  expect(left(scaled(4, 8), scaled(8, 6, { action: 'scale-back', endedAt: NOON + 2_000 }))).toEqual([['cart', 4, 6, NOON + 2_000]]);
});

it('is told apart by uid', () => {
  const other = { ...target, uid: 'another' };
  const again = { target: other, write: { verb: 'scale' as const, target: other, replicas: 6 } };
  expect(left(scaled(4, 6), scaled(6, 4, { kind: 'undo' }), scaled(3, 6, again))).toEqual([['cart', 3, 6, NOON + 1_000]]);
});
