import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeApiServer, fakeApiServer, status } from '../../../../test/fakes/api-server.ts';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import { disturbances, refusals, type WatchedCollection, watchedCollection } from '../../../../test/fakes/watched-collection.ts';
import { systemClock } from '../../system/clock.ts';
import { createApi } from './api.ts';
import { type Connection, connect } from './connection.ts';
import { kindSourceOf, projectionOf } from './kind-source.ts';
import { createObjectCache, type ObjectCache } from './object-cache.ts';
import { createReflector, type Reflector, type ReflectorLimits, usualLimits } from './reflector.ts';
import type { Replacement } from './sink.ts';

/** The usual limits, about a hundred times as fast. */
const fast: ReflectorLimits = {
  pageSize: 3,
  listDeadlineMs: 400,
  openDeadlineMs: 400,
  shortestWatchMs: 20,
  watchMs: [1_000, 1_000],
  silenceMs: 300,
  backOff: { firstMs: 5, capMs: 40 },
  maxRetryAfterMs: 120,
  forbiddenMs: 60,
};
const source = kindSourceOf({ kind: 'ConfigMap', apiGroup: '' });
if (!source) throw new Error('no source for ConfigMaps');
const project = projectionOf(source, 'test');

let server: FakeApiServer;
let collection: WatchedCollection;
let connection: Connection;
let cache: ObjectCache;
let reflector: Reflector;
let stopping: AbortController;
let running: Promise<void>;
/** The fewest objects that any list has ever left in the cache. */
let fewest: number;

function beginNoted(): Replacement {
  const { add, commit } = cache.begin();
  return {
    add,
    commit() {
      commit();
      fewest = Math.min(fewest, cache.size);
    },
  };
}

async function begin(watchMs?: number, limits = fast): Promise<void> {
  collection = watchedCollection(watchMs);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) collection.put(name);
  server = await fakeApiServer(collection.answer);
  connection = await connect({ kubeconfig: server.kubeconfig, environment: {} }, systemClock);
  cache = createObjectCache({ kind: 'ConfigMap', project, clock: systemClock, log: quietLogger });
  reflector = createReflector({
    what: 'ConfigMap',
    collection: { path: '/api/v1/configmaps' },
    sink: { put: cache.put, remove: cache.remove, begin: beginNoted },
    api: createApi(connection, { ...systemClock, sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 20), signal) }),
    clock: systemClock,
    log: quietLogger,
    limits,
  });
  fewest = Number.POSITIVE_INFINITY;
  stopping = new AbortController();
  running = reflector.run(stopping.signal);
}
async function end(): Promise<void> {
  stopping.abort(new Error('the test is over'));
  await running;
  await connection.close();
  await server.stop();
}
async function again(limits: ReflectorLimits): Promise<void> {
  await end();
  await begin(100, limits);
}
beforeEach(() => begin(100));
afterEach(end);

const held = () => [...cache.states()].map(({ object }) => `${object.meta.ref.name}@${object.meta.resourceVersion}`).toSorted();
const isFaithful = () => vi.waitFor(() => expect(held()).toEqual(collection.contents()), { timeout: 15_000, interval: 5 });
const isSynced = () => vi.waitFor(() => expect(reflector.report().state).toBe('synced'), { timeout: 15_000, interval: 5 });

function changeEverything(): void {
  collection.put('a');
  collection.put('new');
  collection.remove('b');
}

describe('a reflector', () => {
  test('reads a list page by page and follows every change', async () => {
    await isFaithful();
    expect(collection.lists).toBe(3);
    changeEverything();
    await isFaithful();
    expect(reflector.report()).toMatchObject({ state: 'synced', lastError: undefined });
  });

  test('renews its watch without a new list, and stays confirmed', async () => {
    await isFaithful();
    await vi.waitFor(() => expect(collection.watches).toBeGreaterThan(3), { timeout: 15_000 });
    expect(collection.lists).toBe(3);
    expect(reflector.ageMs()).toBeLessThan(1_000);
  });

  test('asks for one short watch after a failure, whose end confirms a view that nothing else would', async () => {
    await again({ ...fast, watchMs: [25_000, 30_000] });
    await vi.waitFor(() => expect(collection.isCalm()).toBe(true), { timeout: 15_000 });
    const asked = () => server.seen.filter(({ query }) => query.has('watch')).map(({ query }) => Number(query.get('timeoutSeconds')));
    const before = asked().length;
    collection.disturb(disturbances['a reset'] ?? (() => undefined));
    await vi.waitFor(() => expect(asked().length).toBeGreaterThan(before + 2), { timeout: 15_000 });
    expect(asked().filter((seconds) => seconds < 25)).toEqual([5]);
  });

  test.each(Object.keys(refusals))('mends %s in answer to its watch', async (name) => {
    await isFaithful();
    collection.failNext('watch', refusals[name] ?? (() => undefined));
    await vi.waitFor(() => expect(server.seen.length).toBeGreaterThan(5), { timeout: 15_000 });
    changeEverything();
    await isFaithful();
    await isSynced();
  });

  test.each(Object.keys(refusals))('mends %s in answer to its list', async (name) => {
    await isFaithful();
    collection.failNext('list', refusals[name] ?? (() => undefined));
    collection.disturb(disturbances['an expired version'] ?? (() => undefined));
    changeEverything();
    await isFaithful();
    await isSynced();
    expect(fewest).toBe(7);
  });

  test('begins a list anew when its pages expire half-way, and at last asks for it whole', async () => {
    await isFaithful();
    let pages = 0;
    server.answer((seen, response) => {
      if (seen.query.has('continue')) {
        pages += 1;
        return status(response, 410, 'The provided continue parameter is too old');
      }
      return collection.answer(seen, response);
    });
    collection.disturb(disturbances['an expired version'] ?? (() => undefined));
    changeEverything();
    await vi.waitFor(() => expect(pages).toBe(1), { timeout: 15_000 });
    await isFaithful();
    expect(pages).toBe(1);
    expect(server.seen.some((seen) => !seen.query.has('watch') && !seen.query.has('limit'))).toBe(true);
  });

  test.each(Object.keys(disturbances))('mends %s in its watch', async (name) => {
    stopping.abort();
    await running;
    await connection.close();
    await server.stop();
    await begin();
    await isFaithful();
    await vi.waitFor(() => expect(collection.watches).toBe(1), { timeout: 15_000 });
    const { lists } = collection;
    collection.disturb(disturbances[name] ?? (() => undefined));
    await vi.waitFor(() => expect(collection.watches).toBeGreaterThan(1), { timeout: 15_000 });
    changeEverything();
    await isFaithful();
    const keepsItsPlace = ['a reset', 'half a frame', 'silence for ever'].includes(name);
    expect(collection.lists === lists).toBe(keepsItsPlace);
  });

  test('waits as long as Retry-After asks, within its bound', async () => {
    await isFaithful();
    collection.failNext('watch', refusals['a 429'] ?? (() => undefined));
    await vi.waitFor(() => expect(reflector.report().state).toBe('failing'), { timeout: 15_000, interval: 5 });
    const { length } = server.seen;
    await systemClock.sleep(fast.maxRetryAfterMs - 40);
    expect(server.seen.length).toBe(length);
    await isSynced();
  });

  test('is not there for a kind that it may not read, says so, and tries again', async () => {
    server.answer((_seen, response) => status(response, 403, 'configmaps is forbidden'));
    await vi.waitFor(() => expect(reflector.report()).toMatchObject({ state: 'forbidden', ageMs: undefined }), { timeout: 15_000 });
    expect(reflector.report().lastError).toContain('configmaps is forbidden');
    await reflector.settled;
    server.answer(collection.answer);
    await isSynced();
  });

  test('grows old while nobody answers, and keeps what it had', async () => {
    await isFaithful();
    server.answer((_seen, response) => void response.socket?.resetAndDestroy());
    collection.disturb(refusals['a reset'] ?? (() => undefined));
    await vi.waitFor(() => expect(reflector.report()).toMatchObject({ state: 'failing' }), { timeout: 15_000 });
    const before = reflector.ageMs() ?? 0;
    await systemClock.sleep(60);
    expect(reflector.ageMs()).toBeGreaterThanOrEqual(before + 50);
    expect(held()).toEqual(collection.contents());
  });

  test('asks ever more rarely while nobody answers', async () => {
    await isFaithful();
    server.answer((_seen, response) => void response.socket?.resetAndDestroy());
    collection.disturb(refusals['a reset'] ?? (() => undefined));
    const { length } = server.seen;
    await systemClock.sleep(600);
    expect(server.seen.length - length).toBeLessThan(40);
    server.answer(collection.answer);
    await isSynced();
  });

  test('keeps out the one object that it cannot read', async () => {
    await isFaithful();
    collection.put('odd', { creationTimestamp: 'yesterday' });
    changeEverything();
    await vi.waitFor(() => expect(cache.unreadable).toBe(1), { timeout: 15_000 });
    collection.put('odd');
    await isFaithful();
  });

  test('equals the server after a long row of faults, one upon the other', async () => {
    await isFaithful();
    for (let n = 0; n < 30; n += 1) {
      faultUponFault(n);
      collection.put(`n${n % 11}`);
      collection.remove(`n${(n * 3) % 11}`);
      await vi.waitFor(() => expect(collection.isCalm()).toBe(true), { timeout: 15_000, interval: 2 });
    }
    await isFaithful();
    await isSynced();
  });
});

/** A watch goes bad, and so does what is tried next. */
function faultUponFault(n: number): void {
  const whole = Object.values(refusals).slice(0, -1);
  const open = Object.values(disturbances).slice(0, -1);
  const refusal = whole[(n * 7) % whole.length] ?? (() => undefined);
  const disturbance = open[n % open.length] ?? (() => undefined);
  collection.failNext(n % 2 === 0 ? 'list' : 'watch', refusal);
  collection.disturb(n % 2 === 0 ? (disturbances['an expired version'] ?? disturbance) : disturbance);
}

test('the usual limits keep a view from being blind for more than 45 s once the server answers', () => {
  const { silenceMs, watchMs, backOff, maxRetryAfterMs } = usualLimits;
  expect(Math.max(...watchMs)).toBeLessThanOrEqual(30_000);
  expect(silenceMs).toBeLessThanOrEqual(35_000);
  expect(Math.max(backOff.capMs, maxRetryAfterMs)).toBeLessThanOrEqual(30_000);
});
