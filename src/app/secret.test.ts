import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { readSecret, Secret } from './secret.ts';

const TEXT = 'correct-horse-battery';

it('prints as <redacted> wherever it is printed', () => {
  const secret = new Secret(TEXT);
  const printed = [`${secret}`, String(secret), JSON.stringify({ secret }), inspect({ secret }), inspect(secret, { showHidden: true })];
  for (const text of printed) {
    expect(text).toContain('<redacted>');
    expect(text).not.toContain(TEXT);
  }
  expect(secret.reveal()).toBe(TEXT);
});

it('equals its text and nothing else', () => {
  const secret = new Secret(TEXT);
  expect([TEXT, `${TEXT} `, '', TEXT.slice(1)].map((text) => secret.equals(text))).toEqual([true, false, false, false]);
});

it('is read from a file without its last line end, or from the environment', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kubemend-secret-')), 'token');
  writeFileSync(file, `${TEXT}\n`);
  expect(readSecret('key', { file }, {}).reveal()).toBe(TEXT);
  expect(readSecret('key', { env: 'TOKEN' }, { TOKEN: TEXT }).reveal()).toBe(TEXT);
});

it.each([
  ['a missing file', { file: '/nowhere/token' }, /http\.webhook\.bearer: \/nowhere\/token cannot be read/],
  ['a missing variable', { env: 'GONE' }, /environment variable GONE is not set/],
  ['a short text', { env: 'SHORT' }, /too short: at least 16/],
])('is refused as bad-config for %s, without its text', (_, source, message) => {
  const read = () => readSecret('http.webhook.bearer', source, { SHORT: 'hunter2' });
  expect(read).toThrow(expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(message) }));
  expect(read).not.toThrow(/hunter2/);
});
