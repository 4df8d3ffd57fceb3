import { describe, expect, it } from 'vitest';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { steppedClock } from '../../../test/fakes/stepped-clock.ts';
import { CoreError } from '../../core/errors.ts';
import type { AuditEntry } from '../../core/model/audit.ts';
import type { Incident } from '../../core/model/incident.ts';
import type { ResourceRef } from '../../core/model/resource.ts';
import type { LogFields } from '../../core/ports.ts';
import { kubeEventNotifier } from './kube-event.ts';
import type { EventSink } from './kube-event-desk.ts';

const cart: ResourceRef = { cluster: 'default', apiGroup: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'u1' };
const incident: Incident = {
  ...{ id: 'i1', version: 1, phase: 'denied', subject: cart, openedAt: 0, phaseAt: 0, wakeAt: 0, redecisions: 0 },
  findings: [{ detector: 'd', subject: cart, summary: 's', score: 1, evidence: [{ id: 'e', source: 'Pod', at: 0 }], since: 0, at: 0 }],
  ...{ hypotheses: [], attempts: [] },
};
const about = (changes: Partial<ResourceRef>): Incident => ({ ...incident, subject: { ...cart, ...changes } });
const denied = (...reasons: string[]): AuditEntry => ({ at: 0, actor: 'kubemend', what: 'denied', detail: { reasons } });
const acted: AuditEntry = { at: 0, actor: 'kubemend', what: 'acted', detail: { action: 'evict-pod' } };

type Answer = Awaited<ReturnType<EventSink['create']>>;

/** A notifier on a stepped clock before an API server that keeps events, answers as told, and writes down every request. */
function place(isWanted: (subject: ResourceRef) => boolean = () => true) {
  const clock = steppedClock();
  const stored = new Map<string, { reason: string; note: string; count: number }>();
  const requests: string[] = [];
  const logged: [string, LogFields | undefined][] = [];
  const next: (Answer | 'unreachable' | 'hangs')[] = [];
  async function asked(verb: string, event: Parameters<EventSink['create']>[0]): Promise<Answer> {
    requests.push(`${verb} ${event.reason} x${event.count}`);
    const answer = next.shift() ?? { is: 'done' };
    if (answer === 'hangs') return new Promise(() => undefined);
    if (answer === 'unreachable') throw new CoreError('cluster-unreachable', 'no answer');
    if (answer.is === 'done') stored.set(event.name, { reason: event.reason, note: event.note, count: event.count });
    return answer;
  }
  const notifier = kubeEventNotifier({
    clock,
    log: { ...quietLogger, warn: (message, fields) => void logged.push([message, fields]) },
    events: { create: (event) => asked('create', event), recount: (event) => asked('recount', event) },
    isWanted,
  });
  /** Tells it, without waiting, as the store does. */
  const tell = (change: AuditEntry, one = incident) => void notifier.notify(one, change);
  return { clock, stored, requests, logged, next, notifier, tell };
}

describe('what is said again', () => {
  it('raises the count of one event, by one write in ten seconds however often it is said', async () => {
    const { clock, stored, requests, tell } = place();
    for (let second = 0; second < 60; second += 1) {
      tell(denied('budget: used up'));
      await clock.advance(1_000);
    }
    await clock.advance(10_000);
    expect([...stored.values()]).toEqual([{ reason: 'ActionDenied', note: 'no plan: not done: budget: used up', count: 60 }]);
    expect(requests).toHaveLength(7);
    expect(requests[0]).toBe('create ActionDenied x1');
    expect(requests.at(-1)).toBe('recount ActionDenied x60');
  });

  it('is an event of its own an hour after it was said last, or in other words, or about another object', async () => {
    const { clock, stored, tell } = place();
    tell(denied('one'));
    tell(denied('two'));
    tell(denied('one'), about({ name: 'till', uid: 'u2' }));
    await clock.advance(3_599_999);
    tell(denied('one'));
    await clock.advance(3_600_000);
    tell(denied('one'));
    await clock.advance(1);
    expect([...stored.values()].map(({ note, count }) => `${note.slice(-3)} x${count}`)).toEqual(['one x2', 'two x1', 'one x1', 'one x1']);
  });

  it('is told of a successor of the same name on its own', async () => {
    const { clock, stored, tell } = place();
    tell(denied('one'));
    tell(denied('one'), about({ uid: 'u9' }));
    await clock.advance(1);
    expect(stored.size).toBe(2);
  });

  it('is made anew when the API server has forgotten the event', async () => {
    const { clock, stored, requests, next, tell } = place();
    tell(denied('one'));
    await clock.advance(20_000);
    next.push({ is: 'missing' });
    tell(denied('one'));
    await clock.advance(2_000);
    expect(requests).toEqual(['create ActionDenied x1', 'recount ActionDenied x2', 'create ActionDenied x2']);
    expect([...stored.values()].map(({ count }) => count)).toEqual([2]);
  });
});

describe('limits', () => {
  it('hold at sixty events a minute, of which twenty are kept for what is vital, and what is dropped is counted in the log', async () => {
    const { clock, requests, logged, tell } = place();
    for (let n = 0; n < 100; n += 1) tell(denied(`reason ${n}`));
    await clock.advance(1);
    expect(requests).toHaveLength(40);
    for (let n = 0; n < 30; n += 1) tell(acted, about({ uid: `other${n}` }));
    await clock.advance(1);
    expect(requests).toHaveLength(60);
    await clock.advance(60_000);
    tell(acted);
    for (let n = 0; n < 50; n += 1) tell(denied(`again ${n}`));
    await clock.advance(1);
    expect(requests).toHaveLength(100);
    expect(logged.map(([message, fields]) => [message, fields?.dropped])).toEqual([
      ['Kubernetes events dropped', 1],
      ['Kubernetes events dropped', 70],
    ]);
  });

  it('hold for what waits: while the API server hangs, no more than two hundred events are kept', async () => {
    const { clock, next, logged, notifier } = place();
    next.push('hangs');
    const told = Array.from({ length: 1_000 }, (_, n) => notifier.notify(incident, denied(`reason ${n}`)));
    let settled = 0;
    for (const one of told) void one.then(() => (settled += 1));
    await clock.advance(1);
    expect(settled).toBe(800);
    expect(logged).toEqual([['Kubernetes events dropped', { dropped: 1, why: 'too many wait' }]]);
  });
});

describe('a failure', () => {
  it('never throws, is tried again, and is logged once', async () => {
    const { clock, stored, next, logged, notifier } = place();
    next.push('unreachable', 'unreachable', 'unreachable');
    const told = notifier.notify(incident, acted);
    await clock.advance(42_000);
    await expect(told).resolves.toBeUndefined();
    expect(stored.size).toBe(1);
    expect(logged.map(([message]) => message)).toEqual(['Kubernetes event not written; it is tried again']);
  });

  it('that lasts gives the event up after four tries, and goes on with the next', async () => {
    const { clock, stored, requests, next, tell } = place();
    next.push('unreachable', 'unreachable', 'unreachable', 'unreachable');
    tell(denied('lost'));
    tell(acted);
    await clock.advance(42_000);
    expect(requests).toHaveLength(5);
    expect([...stored.values()].map(({ reason }) => reason)).toEqual(['ActionTaken']);
  });

  it('of the rights turns events off in that namespace for ten minutes, with one line', async () => {
    const { clock, requests, next, logged, tell } = place();
    const no: Answer = { is: 'forbidden', why: 'cannot create resource "events"' };
    next.push(no);
    for (let n = 0; n < 5; n += 1) tell(denied(`reason ${n}`));
    tell(acted, about({ namespace: 'bank', uid: 'u2' }));
    await clock.advance(599_999);
    expect(requests).toEqual(['create ActionDenied x1', 'create ActionTaken x1']);
    next.push(no);
    await clock.advance(1);
    tell(denied('later'));
    await clock.advance(1);
    expect(requests).toHaveLength(3);
    expect(logged).toEqual([
      [
        'Kubernetes events are off where our account may not write them',
        expect.objectContaining({ mend: expect.stringMatching(/manifests/) }),
      ],
    ]);
  });

  it('that the API server refuses for good is not tried again', async () => {
    const { clock, requests, next, logged, tell } = place();
    next.push({ is: 'refused', why: 'quota' }, { is: 'refused', why: 'quota' }, { is: 'missing' });
    for (const reason of ['one', 'two', 'gone']) tell(denied(reason));
    await clock.advance(60_000);
    expect(requests).toHaveLength(3);
    expect(logged.map(([message]) => message)).toEqual(['Kubernetes event not taken']);
  });
});

it('writes nothing about objects that are not ours to write about', async () => {
  const { clock, requests, tell } = place(({ namespace }) => namespace === 'shop');
  tell(acted, about({ namespace: 'bank' }));
  tell(acted);
  await clock.advance(1);
  expect(requests).toEqual(['create ActionTaken x1']);
});

it('does not wait for the API server: what tells it goes on at once', () => {
  const { next, requests, tell } = place();
  next.push('hangs');
  tell(acted);
  expect(requests).toEqual([]);
});

describe('the end', () => {
  it('waits for what is being written, and begins nothing more', async () => {
    const { clock, stored, requests, notifier, tell } = place();
    tell(acted);
    const stopped = notifier.stop();
    await clock.advance(0);
    await stopped;
    expect(stored.size).toBe(1);
    tell(denied('too late'));
    await clock.advance(60_000);
    expect(requests).toHaveLength(1);
  });

  it('comes after three seconds when the API server hangs, and cuts the waits short', async () => {
    const { clock, next, notifier, tell } = place();
    next.push('unreachable');
    tell(acted);
    await clock.advance(1);
    let isStopped = false;
    const stopped = notifier.stop().then(() => {
      isStopped = true;
    });
    await clock.advance(1_000);
    expect(isStopped).toBe(false);
    next.push('hangs');
    await clock.advance(2_000);
    await stopped;
    expect(isStopped).toBe(true);
  });
});
