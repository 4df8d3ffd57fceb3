import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import type { Access, Reviews, TokenHolder } from '../../adapters/cluster/kubernetes/reviews.ts';
import { CoreError } from '../../core/errors.ts';
import { clusterIdentity } from './cluster-identity.ts';

const TOKEN = 'header.payload.signature';
const alice: TokenHolder = { username: 'alice', uid: 'u1', groups: ['oncall'], extra: {} };

/** An API server that knows one token, and answers access by what is put into `rights`. */
function place() {
  const clock = fakeClock();
  const asked: string[] = [];
  const rights = new Set<string>();
  const state = { holder: alice as TokenHolder | undefined, broken: false };
  const answer = <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    if (state.broken) return Promise.reject(new CoreError('cluster-unreachable', 'no answer'));
    return Promise.resolve(value);
  };
  const wordOf = ({ verb, resource, subresource, namespace }: Access) =>
    `${verb} ${resource}${subresource ? `/${subresource}` : ''} in ${namespace ?? 'cluster'}`;
  const reviews: Reviews = {
    holderOf: (token, audience) => answer(`who ${token} for ${audience}`, token === TOKEN ? state.holder : undefined),
    isAllowed: ({ username }, access) => answer(`${username} ${wordOf(access)}`, rights.has(wordOf(access))),
  };
  return { clock, asked, rights, state, source: clusterIdentity({ reviews, audience: 'kubemend', clock }) };
}

describe('the people of a cluster', () => {
  it('are named by the API server, and hold what it says of one question for each role', async () => {
    const { source, rights, asked } = place();
    for (const right of ['get incidents in shop', 'update incidents/approval in shop', 'get incidents in cluster']) rights.add(right);
    const who = await source.identify(TOKEN);
    expect(who?.name).toBe('user:alice');
    const may = (role: 'viewer' | 'approver' | 'admin', where?: string) => who?.may(role, where);
    expect([await may('viewer', 'shop'), await may('approver', 'shop'), await may('admin', 'shop')]).toEqual([true, true, false]);
    expect([await may('viewer'), await may('approver'), await may('admin')]).toEqual([true, false, false]);
    expect(asked).toEqual([
      `who ${TOKEN} for kubemend`,
      'alice get incidents in shop',
      'alice update incidents/approval in shop',
      'alice update pauses in shop',
      'alice get incidents in cluster',
      'alice update incidents/approval in cluster',
      'alice update pauses in cluster',
    ]);
  });

  it.each([
    ['nothing', ''],
    ['a short text', 'abc'],
    ['a blank', 'header payload signature'],
    ['a line end', `${TOKEN}\n`],
    ['a header that is smuggled in', `${TOKEN}\r\nImpersonate-User: root`],
    ['a NUL', `${TOKEN}\0`],
    ['a letter beyond ASCII', `${TOKEN}é`],
    ['an escape', `${TOKEN}\u001b[31m`],
    ['a tab', `\t${TOKEN}`],
    ['a lone surrogate', `${TOKEN}\ud800`],
    ['16,385 characters', 'x'.repeat(16_385)],
    ['only blanks', ' '.repeat(20)],
    ['a zero-width blank', `\u200b${TOKEN}`],
    ['a delete character', `${TOKEN}\u007f`],
  ])('are nobody with %s, and the API server is not even asked', async (_name, bearer) => {
    const { source, asked } = place();
    expect(await source.identify(bearer)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('are nobody with a token that the API server does not take', async () => {
    expect(await place().source.identify('another.token.entirely')).toBeUndefined();
  });

  it('are told by nobody while the API server does not answer: never a yes, and nothing is remembered', async () => {
    const { source, state, rights } = place();
    state.broken = true;
    await expect(source.identify(TOKEN)).rejects.toMatchObject({ code: 'cluster-unreachable' });
    state.broken = false;
    rights.add('get incidents in shop');
    const who = await source.identify(TOKEN);
    state.broken = true;
    await expect(who?.may('viewer', 'shop')).rejects.toMatchObject({ code: 'cluster-unreachable' });
    state.broken = false;
    expect(await who?.may('viewer', 'shop')).toBe(true);
  });
});

describe('what was answered', () => {
  it('is a yes for less than ten seconds, and a no for less than two', async () => {
    const { source, clock, rights, asked } = place();
    rights.add('get incidents in shop');
    const who = await source.identify(TOKEN);
    const may = (role: 'viewer' | 'admin') => who?.may(role, 'shop');
    expect([await may('viewer'), await may('admin')]).toEqual([true, false]);
    rights.clear();
    rights.add('update pauses in shop');
    clock.advance(1_999);
    expect([await may('viewer'), await may('admin')]).toEqual([true, false]);
    clock.advance(1);
    expect([await may('viewer'), await may('admin')]).toEqual([true, true]);
    clock.advance(8_000);
    expect(await may('viewer')).toBe(false);
    expect(asked.filter((one) => one.startsWith('alice'))).toHaveLength(4);
  });

  it('counts from when it was asked for: an answer that took long is already old', async () => {
    const { clock, rights } = place();
    rights.add('get incidents in shop');
    let questions = 0;
    const slow: Reviews = {
      holderOf: async () => alice,
      isAllowed: async () => {
        questions += 1;
        clock.advance(9_000);
        return true;
      },
    };
    const who = await clusterIdentity({ reviews: slow, audience: 'kubemend', clock }).identify(TOKEN);
    await who?.may('viewer', 'shop');
    clock.advance(1_000);
    await who?.may('viewer', 'shop');
    expect(questions).toBe(2);
  });

  it('of a token that was taken back holds for less than ten seconds, of an unknown one for less than two', async () => {
    const { source, clock, state } = place();
    await source.identify(TOKEN);
    state.holder = undefined;
    clock.advance(9_999);
    expect(await source.identify(TOKEN)).toBeDefined();
    clock.advance(1);
    expect(await source.identify(TOKEN)).toBeUndefined();
    state.holder = alice;
    clock.advance(1_999);
    expect(await source.identify(TOKEN)).toBeUndefined();
    clock.advance(1);
    expect(await source.identify(TOKEN)).toBeDefined();
  });

  it('is kept apart by who asks, in which role, and where', async () => {
    const { source, state, rights, clock } = place();
    rights.add('get incidents in shop');
    const first = await source.identify(TOKEN);
    expect(await first?.may('viewer', 'shop')).toBe(true);
    rights.clear();
    state.holder = { ...alice, groups: [] };
    clock.advance(10_000);
    const second = await source.identify(TOKEN);
    expect(await second?.may('viewer', 'shop')).toBe(false);
    expect(await first?.may('viewer', undefined)).toBe(false);
  });

  it('is asked once for many who ask the same at once', async () => {
    const { source, asked } = place();
    const all = await Promise.all(Array.from({ length: 50 }, () => source.identify(TOKEN)));
    expect(all.every((who) => who?.name === 'user:alice')).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('is not asked for by more than 64 tokens at once: the others are told to come later', async () => {
    const { source, asked } = place();
    const tries = Array.from({ length: 100 }, (_, n) => source.identify(`token-number-${n}-of-many`));
    const answers = await Promise.allSettled(tries);
    expect(asked).toHaveLength(64);
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(36);
    await source.identify('token-number-100-of-many');
    expect(asked).toHaveLength(65);
  });

  it('is forgotten beyond a thousand answers, the oldest first', async () => {
    const { source, asked } = place();
    await source.identify(TOKEN);
    for (let n = 0; n < 1_000; n += 1) await source.identify(`token-number-${n}-of-many`);
    await source.identify('token-number-999-of-many');
    expect(asked).toHaveLength(1_001);
    await source.identify(TOKEN);
    expect(asked).toHaveLength(1_002);
  });
});
