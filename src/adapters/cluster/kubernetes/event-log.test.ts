import { describe, expect, test } from 'vitest';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import { createEventLog } from './event-log.ts';

const start = Date.UTC(2026, 0, 1);
const raw = (uid: string, secondsLater: number, count = 1) => ({
  metadata: { uid, creationTimestamp: new Date(start).toISOString() },
  lastTimestamp: new Date(start + secondsLater * 1000).toISOString(),
  count,
  involvedObject: { kind: 'Pod', name: uid, apiVersion: 'v1' },
});
const newLog = (now: () => number) =>
  createEventLog({ cluster: 'test', clock: { now }, log: quietLogger, limits: { maxEvents: 10, maxAgeMs: 60_000 } });

describe('the log of events', () => {
  test('gives one event per uid, oldest first', () => {
    const log = newLog(() => start);
    log.put(raw('b', 20));
    log.put(raw('a', 10));
    log.put(raw('a', 30, 5));
    expect(log.events().map(({ id, count }) => [id, count])).toEqual([
      ['event:b', 1],
      ['event:a', 5],
    ]);
  });

  test('keeps the newest ones, however many come', () => {
    const log = newLog(() => start);
    for (let n = 0; n < 1_000; n += 1) log.put(raw(`e${n}`, n / 100));
    expect(log.events().map(({ id }) => id)).toEqual(Array.from({ length: 10 }, (_, n) => `event:e${990 + n}`));
  });

  test('forgets what last happened too long ago', () => {
    let now = start;
    const log = newLog(() => now);
    log.put(raw('a', 0));
    log.put(raw('b', 30));
    now = start + 61_000;
    expect(log.events().map(({ id }) => id)).toEqual(['event:b']);
  });

  test('follows a list and a removal', () => {
    const log = newLog(() => start);
    log.put(raw('gone', 1));
    const list = log.begin();
    list.add(raw('a', 1));
    list.add(raw('b', 2));
    list.commit();
    log.remove(raw('a', 1));
    expect(log.events().map(({ id }) => id)).toEqual(['event:b']);
  });

  test('keeps out what kubemend itself told, listed or watched, however it looks: it would be its own evidence', () => {
    const log = newLog(() => start);
    const looks = ['FailedCreate', 'FailedScheduling', 'BackOff', 'Unhealthy', 'IncidentOpened'];
    const ours = looks.map((reason) => ({ ...raw(reason, 1), type: 'Warning', reason, reportingComponent: 'kubemend.dev/kubemend' }));
    for (const event of ours) log.put(event);
    const list = log.begin();
    for (const event of ours) list.add(event);
    list.add({ ...raw('other', 2), reportingComponent: 'kubemend.dev/kubemend-lookalike' });
    list.commit();
    expect(log.events().map(({ id }) => id)).toEqual(['event:other']);
    expect(log.unreadable).toBe(0);
  });

  test('counts what it cannot read', () => {
    const log = newLog(() => start);
    log.put({ metadata: {} });
    expect([log.events().length, log.unreadable]).toEqual([0, 1]);
  });
});
