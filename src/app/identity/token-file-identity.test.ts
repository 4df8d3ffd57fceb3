import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { type Role, roles } from './identity.ts';
import { tokenFileIdentity } from './token-file-identity.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const [ALICE, BOB, EVE] = ['alice-correct-horse', 'bob-battery-staple-x', 'eve-nobody-knows-her'] as const;
type Entry = Readonly<Record<string, unknown>>;
const alice: Entry = { name: 'alice', tokenSha256: sha256(ALICE), role: 'approver', namespaces: ['shop'] };
const bob: Entry = { name: 'bob', tokenSha256: sha256(BOB), role: 'admin' };

/** A file on a clock that stands still, and what was logged about it. */
function place(...entries: readonly Entry[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'kubemend-tokens-')), 'tokens.yaml');
  const clock = fakeClock();
  const logged: string[] = [];
  const log = {
    ...quietLogger,
    error: (message: string) => void logged.push(message),
    info: (message: string) => void logged.push(message),
  };
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const put = (...them: readonly Entry[]) => write(JSON.stringify(them));
  put(...entries);
  return { file, clock, logged, write, put, source: () => tokenFileIdentity(file, { clock, log }) };
}

describe('the people of a token file', () => {
  it('are known by their token, and by nothing else', async () => {
    const source = place(alice, bob).source();
    expect((await source.identify(ALICE))?.name).toBe('user:alice');
    expect((await source.identify(BOB))?.name).toBe('user:bob');
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['a token of nobody', EVE],
    ['a short token', 'short'],
    ['the hash itself', sha256(ALICE)],
    ['the name', 'user:alice-and-more'],
    ['the beginning of a token', ALICE.slice(0, -1)],
    ['a token and a letter', `${ALICE}x`],
    ['a token and a line end', `${ALICE}\n`],
    ['a token and a blank', `${ALICE} `],
    ['a token and a NUL', `${ALICE}\0`],
    ['another case', ALICE.toUpperCase()],
    ['two tokens', `${ALICE},${BOB}`],
    ['a lone surrogate', `${ALICE}\ud800`],
    ['a very long text', ALICE.repeat(100_000)],
  ];
  it.each(wrong)('are nobody with %s', async (_name, bearer) => {
    expect(await place(alice, bob).source().identify(bearer)).toBeUndefined();
  });

  it('would be let in by a lenient comparison, which the table above catches', async () => {
    const source = place(alice, bob).source();
    const lenient = (bearer: string) => source.identify(bearer.trim().replaceAll('\0', '').toLowerCase().split(',')[0] ?? '');
    const caught = await Promise.all(wrong.map(async ([name, bearer]) => ((await lenient(bearer)) ? name : undefined)));
    expect(caught.filter(Boolean)).toEqual([
      'a token and a line end',
      'a token and a blank',
      'a token and a NUL',
      'another case',
      'two tokens',
    ]);
  });

  it.each([
    [{ role: 'viewer' }, 'viewer', 'shop', true],
    [{ role: 'viewer' }, 'viewer', undefined, true],
    [{ role: 'viewer' }, 'approver', 'shop', false],
    [{ role: 'approver' }, 'viewer', 'shop', true],
    [{ role: 'approver' }, 'approver', undefined, true],
    [{ role: 'approver' }, 'admin', 'shop', false],
    [{ role: 'admin' }, 'approver', 'shop', true],
    [{ role: 'admin' }, 'admin', undefined, true],
    [{ role: 'approver', namespaces: ['shop'] }, 'approver', 'shop', true],
    [{ role: 'approver', namespaces: ['shop'] }, 'viewer', 'shop', true],
    [{ role: 'approver', namespaces: ['shop'] }, 'approver', 'bank', false],
    [{ role: 'approver', namespaces: ['shop'] }, 'viewer', undefined, false],
    [{ role: 'admin', namespaces: ['shop', 'bank'] }, 'admin', 'bank', true],
    [{ role: 'admin', namespaces: ['shop'] }, 'admin', undefined, false],
    [{ role: 'admin', namespaces: ['shop'] }, 'viewer', '', false],
  ] as const)('with %o: may be %s in %s: %s', async (rights, wanted, where, answer) => {
    const entry = { name: 'alice', tokenSha256: sha256(ALICE), ...rights };
    expect(await (await place(entry).source().identify(ALICE))?.may(wanted, where)).toBe(answer);
  });

  it('are nobody from the instant on at which their token ends', async () => {
    const { clock, source } = place({ ...bob, expiresAt: new Date(fakeClock().now() + 60_000).toISOString() });
    const people = source();
    clock.advance(59_999);
    const held = await people.identify(BOB);
    expect(await held?.may('admin', undefined)).toBe(true);
    clock.advance(1);
    expect(await people.identify(BOB)).toBeUndefined();
    expect(await held?.may('viewer', 'shop')).toBe(false);
  });
});

describe('a token file that changes', () => {
  it('is read anew within a second, and takes away what somebody holds', async () => {
    const { clock, put, logged, source } = place(alice, bob);
    const people = source();
    const held = await people.identify(BOB);
    put(alice);
    clock.advance(999);
    expect(await people.identify(BOB)).toBeDefined();
    clock.advance(1);
    expect(await people.identify(BOB)).toBeUndefined();
    expect(await Promise.all(roles.map((role: Role) => held?.may(role, 'shop')))).toEqual([false, false, false]);
    expect(logged).toEqual(['token file read anew']);
  });

  it('stays in force when the new one is broken or gone, says so once per change, and is replaced by the next good one', async () => {
    const { file, clock, write, put, logged, source } = place(alice);
    const people = source();
    const later = async () => {
      clock.advance(1_000);
      return (await people.identify(ALICE))?.name;
    };
    write('- { name: alice\n');
    expect([await later(), await later(), await later()]).toEqual(['user:alice', 'user:alice', 'user:alice']);
    expect(logged).toHaveLength(1);
    write('');
    expect([await later(), await later()]).toEqual(['user:alice', 'user:alice']);
    rmSync(file);
    expect([await later(), await later()]).toEqual(['user:alice', 'user:alice']);
    expect(logged).toEqual(Array.from({ length: 3 }, () => 'token file not taken: the last good one stays in force'));
    put(bob);
    expect(await later()).toBeUndefined();
    expect((await people.identify(BOB))?.name).toBe('user:bob');
  });

  it('is seen behind a symbolic link that is turned, as a mounted Secret is', async () => {
    const { file, clock, source } = place(alice);
    const folder = mkdtempSync(join(tmpdir(), 'kubemend-mounted-'));
    const link = join(folder, 'tokens.yaml');
    symlinkSync(file, link);
    const people = tokenFileIdentity(link, { clock, log: quietLogger });
    const other = place(bob);
    symlinkSync(other.file, `${link}.new`);
    renameSync(`${link}.new`, link);
    clock.advance(1_000);
    expect(await people.identify(ALICE)).toBeUndefined();
    expect((await people.identify(BOB))?.name).toBe('user:bob');
    expect((await source().identify(ALICE))?.name).toBe('user:alice');
  });

  it('goes on being looked at when the clock was set back', async () => {
    const { clock, put, source } = place(alice);
    const people = source();
    put(bob);
    clock.advance(-3_600_000);
    expect(await people.identify(ALICE)).toBeUndefined();
  });

  it('must be good at the start', () => {
    const { write, source } = place(alice);
    write('- {}\n');
    expect(source).toThrow(expect.objectContaining({ code: 'bad-config' }));
  });
});
