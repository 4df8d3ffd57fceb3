import { describe, expect, test } from 'vitest';
import { quietLogger } from '../../../../test/fakes/logger.ts';
import { steppedClock } from '../../../../test/fakes/stepped-clock.ts';
import type { Api } from './api.ts';
import { type ApiAnswer, ApiError } from './api-error.ts';
import { createLeaseElection, type LeaseElection } from './lease.ts';
import { at, fieldsAt, textAt } from './projection/fields.ts';

const failure = (status: number, message: string): ApiAnswer => ({
  status,
  body: { kind: 'Status', apiVersion: 'v1', message },
  retryAfterMs: undefined,
});
type Fault = 'lost request' | 'lost answer' | ApiAnswer;

/** One Lease behind an API with compare-and-set; `cut` holds those who cannot reach it. */
function leaseServer() {
  let stored: unknown;
  let version = 0;
  const cut = new Map<string, Fault>();
  const epochs: number[] = [];
  function put(body: unknown, method: string): ApiAnswer {
    if (method === 'POST' && stored !== undefined) return failure(409, 'exists');
    if (method === 'PUT' && textAt(body, 'metadata', 'resourceVersion') !== textAt(stored, 'metadata', 'resourceVersion'))
      return failure(409, 'modified');
    version += 1;
    stored = {
      ...fieldsAt(body),
      metadata: {
        ...fieldsAt(body, 'metadata'),
        resourceVersion: `${version}`,
        labels: at(stored, 'metadata', 'labels') ?? { kept: 'yes' },
      },
    };
    epochs.push(Number(textAt(stored, 'metadata', 'annotations', 'kubemend.dev/epoch')));
    return { status: 200, body: stored, retryAfterMs: undefined };
  }
  const got = (): ApiAnswer => (stored === undefined ? failure(404, 'not found') : { status: 200, body: stored, retryAfterMs: undefined });
  /** A missing namespace looks like a missing Lease to who reads, and is told to who writes. */
  function broken(fault: ApiAnswer, method: string): ApiAnswer {
    return fault.status === 404 && method === 'GET' ? got() : fault;
  }
  function carriedOut(fault: Fault | undefined, method: string, body: unknown): ApiAnswer {
    if (fault === 'lost request') throw new ApiError('no answer');
    if (method === 'GET') return got();
    const answer = put(body, method);
    if (fault === 'lost answer') throw new ApiError('no answer');
    return answer;
  }
  function send(who: string): Api['send'] {
    return async ({ method, body }) => {
      const fault = cut.get(who);
      return typeof fault === 'object' ? broken(fault, method) : carriedOut(fault, method, body);
    };
  }
  const unused = () => Promise.reject(new Error('not for the election'));
  return {
    cut,
    epochs,
    apiOf: (who: string): Api => ({ send: send(who), read: unused, readOnce: unused, watch: unused, passThrough: unused }),
    get stored() {
      return stored;
    },
    remove() {
      stored = undefined;
    },
  };
}

function contest(names: readonly string[]) {
  const clock = steppedClock();
  const server = leaseServer();
  const all = names.map((name) => {
    const election = createLeaseElection({
      api: server.apiOf(name),
      namespace: 'own',
      name: 'kubemend',
      identity: name,
      clock,
      log: quietLogger,
      random: () => 0.5,
    });
    const stopping = new AbortController();
    const running = election.run(stopping.signal);
    return {
      name,
      election,
      stop: () => {
        stopping.abort(new Error('stopped'));
        return running;
      },
    };
  });
  const elections: readonly LeaseElection[] = all.map(({ election }) => election);
  const leaders = () => elections.filter((election) => election.epoch() !== undefined);
  const end = () => Promise.all(all.map(({ stop }) => stop()));
  return { clock, server, all, leaders, end };
}

/** Chance that is the same in each run. */
function chances(start: number): () => number {
  let seed = start;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

describe('an election', () => {
  test('has one leader, who stays it', async () => {
    const { clock, server, leaders, end } = contest(['a', 'b', 'c']);
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(1_000);
      expect(leaders()).toHaveLength(1);
    }
    expect(new Set(server.epochs)).toEqual(new Set([1]));
    expect(textAt(server.stored, 'metadata', 'labels', 'kept')).toBe('yes');
    await end();
  });

  test('raises the epoch when another takes over, no sooner than the first has ceased to call itself leader', async () => {
    const { clock, server, all, leaders, end } = contest(['a', 'b']);
    await clock.advance(1_000);
    const [first] = leaders();
    const cutOff = all.find(({ election }) => election === first);
    server.cut.set(cutOff?.name ?? '', 'lost request');
    let waited = 0;
    let hadNone = false;
    while (leaders().length !== 1 || leaders()[0] === first) {
      expect(leaders().length).toBeLessThan(2);
      hadNone ||= leaders().length === 0;
      await clock.advance(500);
      waited += 500;
      if (waited > 60_000) throw new Error('nobody took over');
    }
    expect(hadNone).toBe(true);
    expect(waited).toBeLessThanOrEqual(20_000);
    expect(leaders()[0]?.epoch()).toBe(2);
    server.cut.clear();
    await clock.advance(60_000);
    expect(first?.epoch()).toBeUndefined();
    await end();
  });

  test('has no leader as soon as ten seconds have passed since the last renewal began', async () => {
    const { clock, server, leaders, end } = contest(['a']);
    await clock.advance(1_000);
    expect(leaders()).toHaveLength(1);
    server.cut.set('a', 'lost request');
    await clock.advance(15_000);
    expect(leaders()).toHaveLength(0);
    server.cut.clear();
    await clock.advance(3_000);
    expect(leaders()[0]?.epoch()).toBe(2);
    await end();
  });

  test('does not believe in a claim that it got no answer to, and takes a new epoch', async () => {
    const { clock, server, leaders, end } = contest(['a']);
    server.cut.set('a', 'lost answer');
    await clock.advance(5_000);
    expect(leaders()).toHaveLength(0);
    server.cut.clear();
    await clock.advance(5_000);
    expect(leaders()[0]?.epoch()).toBeGreaterThan(1);
    expect(server.epochs).toEqual(server.epochs.toSorted((a, b) => a - b));
    await end();
  });

  test('is given back at the end, so that the next leads at once with a higher epoch', async () => {
    const { clock, all, leaders, end } = contest(['a', 'b']);
    await clock.advance(1_000);
    const [first] = leaders();
    await all.find(({ election }) => election === first)?.stop();
    expect(leaders()).toHaveLength(0);
    await clock.advance(2_500);
    expect(leaders()[0]?.epoch()).toBe(2);
    await end();
  });

  test('ends for a clock that jumps ahead, and never has two leaders for one set back', async () => {
    const { clock, leaders, end } = contest(['a', 'b']);
    await clock.advance(1_000);
    clock.jump(600_000);
    expect(leaders()).toHaveLength(0);
    await clock.advance(20_000);
    clock.jump(-600_000);
    expect(leaders().length).toBeLessThan(2);
    await end();
  });

  test('never goes back in epochs when the lease is deleted beneath it', async () => {
    const { clock, server, leaders, end } = contest(['a', 'b']);
    await clock.advance(1_000);
    server.remove();
    await clock.advance(14_000);
    expect(leaders()).toHaveLength(0);
    await clock.advance(10_000);
    expect(leaders()).toHaveLength(1);
    expect(leaders()[0]?.epoch()).toBe(2);
    await end();
  });

  test('keeps to one leader per epoch under an hour of random cuts', async () => {
    const { clock, server, all, leaders, end } = contest(['a', 'b', 'c']);
    const ledBy = new Map<number, LeaseElection>();
    const chance = chances(7);
    const disturb = (name: string) => {
      if (chance() < 0.05) server.cut.set(name, chance() < 0.5 ? 'lost request' : 'lost answer');
      if (chance() < 0.1) server.cut.delete(name);
    };
    for (let step = 0; step < 1_800; step += 1) {
      for (const { name } of all) disturb(name);
      await clock.advance(2_000);
      expect(leaders().length).toBeLessThan(2);
      const [leader] = leaders();
      const epoch = leader?.epoch() ?? 0;
      expect(ledBy.get(epoch) ?? leader).toBe(leader);
      if (leader) ledBy.set(epoch, leader);
    }
    expect(ledBy.size).toBeGreaterThan(10);
    expect(server.epochs).toEqual(server.epochs.toSorted((a, b) => a - b));
    server.cut.clear();
    await end();
  });

  test.each([
    [failure(403, 'leases is forbidden'), 'Allow get, create and update on leases'],
    [failure(404, 'namespaces "own" not found'), 'Create namespace own'],
    [failure(503, 'not ready'), 'until the API server answers'],
  ])('that cannot be held says why and how to mend it (%j)', async (answer, mend) => {
    const { clock, server, all, end } = contest(['a']);
    server.cut.set('a', answer);
    for (let second = 0; second < 30; second += 1) {
      await clock.advance(1_000);
      expect(all[0]?.election.report()).toMatchObject({ epoch: undefined, problem: expect.stringContaining(mend) });
    }
    await end();
  });
});
