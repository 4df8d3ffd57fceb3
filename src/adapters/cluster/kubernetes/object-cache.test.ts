import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kindSourceOf, projectionOf } from './kind-source.ts';
import { createObjectCache } from './object-cache.ts';

interface WatchEvent {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string } };
}
const file = join(import.meta.dirname, '../../../../test/bed/fixtures/kube/watch-pods.ndjson');
const recorded: WatchEvent[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const source = kindSourceOf({ kind: 'Pod', apiGroup: '' });
if (!source) throw new Error('no source for pods');
const project = projectionOf(source, 'test');

function newCache(logged: unknown[] = [], now = () => 1_000) {
  const note = (...args: unknown[]) => void logged.push(args);
  return createObjectCache({ kind: 'Pod', project, clock: { now }, log: { debug: note, info: note, warn: note, error: note } });
}
function apply(cache: ReturnType<typeof newCache>, events: readonly WatchEvent[]): void {
  for (const { type, object } of events) {
    if (type === 'DELETED') cache.remove(object);
    else if (type !== 'BOOKMARK') cache.put(object);
  }
}
const contents = (cache: ReturnType<typeof newCache>) => [...cache.states()].map(({ id }) => id).toSorted();
/** What must be there in the end, found without the cache. */
const expected = () => {
  const last = new Map(recorded.filter(({ type }) => type !== 'BOOKMARK').map((event) => [event.object.metadata.name, event]));
  return [...last.values()]
    .filter(({ type }) => type !== 'DELETED')
    .map(({ object }) => `Pod:${object.metadata.uid}:${object.metadata.resourceVersion}`)
    .toSorted();
};

describe('the cache of a kind', () => {
  test('holds what a recorded watch leaves', () => {
    const cache = newCache();
    apply(cache, recorded);
    expect(contents(cache)).toEqual(expected());
    expect(cache.unreadable).toBe(0);
  });

  test('is none the worse for events that come twice', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(2)), (repeats) => {
        const cache = newCache();
        apply(
          cache,
          recorded.flatMap((event) => Array.from({ length: 1 + (repeats.next().value ?? 0) }, () => event)),
        );
        expect(contents(cache)).toEqual(expected());
      }),
      { numRuns: 50 },
    );
  });

  test('is not set back by an older state of the same object', () => {
    const cache = newCache();
    const [older, newer] = recorded.filter(({ object }) => object.metadata.name === 'disk-hog');
    if (!older || !newer) throw new Error('the recording lacks the pod');
    apply(cache, [newer, older]);
    expect(contents(cache)).toEqual([`Pod:${newer.object.metadata.uid}:${newer.object.metadata.resourceVersion}`]);
  });

  test('keeps a successor when the end of its namesake is heard late', () => {
    const cache = newCache();
    const made = (uid: string, resourceVersion: string) => ({
      metadata: { name: 'web-0', namespace: 's', uid, resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z' },
    });
    cache.put(made('old', '1'));
    cache.put(made('new', '5'));
    cache.remove(made('old', '4'));
    expect(contents(cache)).toEqual(['Pod:new:5']);
  });

  test('changes at once when a list is complete, and keeps when an unchanged object was last seen to change', () => {
    let now = 1_000;
    const cache = newCache([], () => now);
    const [first, second] = recorded.filter(({ type }) => type === 'ADDED');
    cache.put(first?.object);
    cache.put(second?.object);
    now = 2_000;
    const list = cache.begin();
    list.add(first?.object);
    expect(cache.size).toBe(2);
    list.commit();
    expect([...cache.states()].map(({ at, subject }) => [at, subject.name])).toEqual([[1_000, first?.object.metadata.name]]);
  });

  test('keeps an unreadable object out, counts it and logs it once', () => {
    const logged: unknown[] = [];
    const cache = newCache(logged);
    const odd = { metadata: { name: 'odd', namespace: 's', uid: 'u', resourceVersion: '7' } };
    cache.put(odd);
    cache.put(odd);
    expect([cache.size, cache.unreadable, logged.length]).toEqual([0, 1, 1]);
    cache.put({ metadata: { ...odd.metadata, creationTimestamp: '2026-01-01T00:00:00Z' } });
    expect([cache.size, cache.unreadable]).toEqual([1, 0]);
  });
});
