import { expect, it } from 'vitest';
import { pod, statefulSet } from '../../../test/fakes/objects.ts';
import type { Workload } from '../../core/model/objects.ts';
import { heldUpNotes } from './held-up-notes.ts';

const db = (options: Partial<Workload> = {}) => statefulSet('db', { updateRevision: 'db-1', ...options });
const member = (ordinal: number, revision: string, ready = true) =>
  pod(`db-${ordinal}`, { ownedBy: db(), labels: { 'controller-revision-hash': revision }, ready });
const stuck = member(1, 'db-2', false);
const pods = [member(10, 'db-2'), member(0, 'db-1'), stuck, member(2, 'db-2')];

it('names the pods that are replaced once the unready one has gone', () => {
  expect(heldUpNotes(stuck, db(), pods)).toEqual([
    'it holds up an update; its controller then goes on to replace db-2, db-10, one after the other',
  ]);
});

it.each([
  ['a ready pod', member(1, 'db-2'), db()],
  ['a set that does not wait', stuck, db({ podManagementPolicy: 'Parallel' })],
  ['a set that is updated by hand', stuck, db({ strategy: 'OnDelete' })],
  ['a set whose revision is not known', stuck, db({ updateRevision: undefined })],
  ['a set whose other pods are up to date', stuck, db({ updateRevision: 'db-2' })],
])('says nothing of %s', (_what, evicted, set) => {
  const others = set.updateRevision === 'db-2' ? pods.filter(({ meta }) => meta.labels['controller-revision-hash'] === 'db-2') : pods;
  expect(heldUpNotes(evicted, set, others)).toEqual([]);
});
