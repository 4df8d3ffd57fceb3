import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeClock } from '../../../test/fakes/clock.ts';
import { quietLogger } from '../../../test/fakes/logger.ts';
import { newToken } from './new-token.ts';
import { tokenFileIdentity } from './token-file-identity.ts';

it('makes a token that its entry lets in, and that stands nowhere in it', async () => {
  const { token, entry } = newToken({ name: 'alice', role: 'approver', namespaces: ['shop'], expiresAt: '2099-01-01T00:00:00Z' });
  expect(entry).not.toContain(token);
  expect(entry).not.toContain(token.slice(9));
  const file = join(mkdtempSync(join(tmpdir(), 'kubemend-tokens-')), 'tokens.yaml');
  writeFileSync(file, entry, { mode: 0o600 });
  const alice = await tokenFileIdentity(file, { clock: fakeClock(), log: quietLogger }).identify(token);
  expect(alice?.name).toBe('user:alice');
  expect([await alice?.may('approver', 'shop'), await alice?.may('viewer', 'bank')]).toEqual([true, false]);
});

it('makes another one each time, of 256 random bits', () => {
  const tokens = Array.from({ length: 100 }, () => newToken({ name: 'a', role: 'viewer' }).token);
  expect(new Set(tokens).size).toBe(100);
  expect(tokens.every((token) => /^kubemend_[\w-]{43}$/.test(token))).toBe(true);
});

it.each([
  [{ name: 'al ice', role: 'viewer' }, /--name/],
  [{ name: 'alice', role: 'root' }, /--role/],
  [{ name: 'alice', role: 'viewer', namespaces: ['*'] }, /--namespaces/],
  [{ name: 'alice', role: 'viewer', expiresAt: 'soon' }, /--expiresAt/],
])('refuses %o, which no token file would take', (wish, message) => {
  expect(() => newToken(wish)).toThrow(expect.objectContaining({ code: 'bad-usage', message: expect.stringMatching(message) }));
});
