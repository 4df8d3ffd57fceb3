import { expect, it } from 'vitest';
import { NOON } from '../../../test/fakes/object-meta.ts';
import { pod } from '../../../test/fakes/objects.ts';
import { blockOf, seriesOf } from '../../../test/fakes/series.ts';
import { fakeReader } from '../../../test/fakes/view.ts';
import type { Pod } from '../../core/model/objects.ts';
import { uidResolver } from './uid-resolver.ts';

const MINUTE = 60_000;
const born = (name: string, uid: string, createdAt = NOON - MINUTE): Pod => {
  const one = pod(name, { createdAt });
  return { ...one, meta: { ...one.meta, ref: { ...one.meta.ref, uid } } };
};
const told = ({ block: { subjects, values }, strangers }: ReturnType<ReturnType<typeof uidResolver>['resolve']>) =>
  `${subjects.map(({ ref }, index) => `${ref.name}@${ref.uid}=${values[index]}`)} and ${strangers} strangers`;

it('gives samples the uids of the objects in view, and leaves out and counts what is about nobody', () => {
  const resolver = uidResolver(fakeReader([born('a', 'u1'), born('b', 'u2')]));
  expect(told(resolver.resolve(blockOf(NOON, { a: 1, gone: 2, b: 3 }), NOON))).toBe('a@u1=1,b@u2=3 and 1 strangers');
});

it('leaves out what its source says of another object of that name', () => {
  const resolver = uidResolver(fakeReader([born('a', 'u1')]));
  const of = (uid: string) => resolver.resolve(blockOf(NOON, {}, { subjects: [seriesOf('a', { uid })], values: Float64Array.of(1) }), NOON);
  expect(told(of('u1'))).toBe('a@u1=1 and 0 strangers');
  expect(told(of('u0'))).toBe(' and 1 strangers');
});

it('knows a successor of the same name, and leaves the past to its predecessor', () => {
  const reader = fakeReader([born('db-0', 'old', NOON - 60 * MINUTE)]);
  const resolver = uidResolver(reader);
  const at = (ms: number) => told(resolver.resolve(blockOf(NOON + ms, { 'db-0': 1 }), NOON + Math.max(0, ms)));
  expect(at(0)).toBe('db-0@old=1 and 0 strangers');
  reader.put(born('db-0', 'new', NOON + 2_000));
  expect(at(10_000)).toBe('db-0@new=1 and 0 strangers');
  expect(at(1_000)).toBe(' and 1 strangers');
  expect(at(11_000)).toBe('db-0@new=1 and 0 strangers');
});

it('keeps the name of what is no object of the cluster', () => {
  const ref = { cluster: 'default', apiGroup: '', kind: 'Router', name: 'edge' };
  const resolver = uidResolver(fakeReader([]));
  expect(told(resolver.resolve(blockOf(NOON, {}, { subjects: [{ ref }], values: Float64Array.of(4) }), NOON))).toBe(
    'edge@undefined=4 and 0 strangers',
  );
});

it('answers equal subjects with the same objects, so that what follows is cheap', () => {
  const resolver = uidResolver(fakeReader([born('a', 'u1')]));
  const first = resolver.resolve(blockOf(NOON, { a: 1 }), NOON).block.subjects;
  expect(resolver.resolve(blockOf(NOON + 15_000, { a: 2 }), NOON + 15_000).block.subjects).toBe(first);
  expect(resolver.resolve(blockOf(NOON + 15_000, { b: 2 }), NOON + 15_000).block.subjects).not.toBe(first);
});
