import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTokenFile } from './token-file.ts';

const HASH = 'ab'.repeat(32);
const entry = `name: alice, tokenSha256: ${HASH}, role: viewer`;

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'kubemend-tokens-')), 'tokens.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

it('reads entries with roles, namespaces and an end', () => {
  const file = fileWith(
    `- { ${entry} }\n- { name: bob@example.com, tokenSha256: ${'cd'.repeat(32)}, role: admin, namespaces: [shop], expiresAt: 2026-12-31T00:00:00Z }\n`,
  );
  expect(readTokenFile(file)).toEqual([
    { name: 'alice', tokenSha256: HASH, role: 'viewer' },
    {
      name: 'bob@example.com',
      tokenSha256: 'cd'.repeat(32),
      role: 'admin',
      namespaces: ['shop'],
      expiresAt: Date.UTC(2026, 11, 31),
    },
  ]);
});

it('reads an empty list: nobody', () => {
  expect(readTokenFile(fileWith('[]\n'))).toEqual([]);
});

it.each([
  ['nothing (a file that is being written)', '', /is a list of/],
  ['a mapping', `{ ${entry} }\n`, /is a list of/],
  ['broken YAML', '- { name: alice\n', /cannot be read/],
  ['the token itself', '- { name: alice, token: correct-horse-battery, role: viewer }\n', /entry 1: /],
  ['a token where its hash belongs', '- { name: alice, tokenSha256: correct-horse, role: viewer }\n', /entry 1: tokenSha256: .*SHA-256/],
  ['a hash in capitals', `- { name: alice, tokenSha256: ${HASH.toUpperCase()}, role: viewer }\n`, /lower case/],
  ['a hash that YAML takes for a number', `- { name: alice, tokenSha256: ${'1'.repeat(64)}, role: viewer }\n`, /entry 1: tokenSha256/],
  ['an unknown role', `- { ${entry} }\n- { name: bob, tokenSha256: ${'cd'.repeat(32)}, role: root }\n`, /entry 2: role: .*viewer/],
  ['no role', `- { name: alice, tokenSha256: ${HASH} }\n`, /entry 1: role/],
  ['no name', `- { tokenSha256: ${HASH}, role: viewer }\n`, /entry 1: name/],
  ['a name with a line end', `- { name: "alice\\nuser:root", tokenSha256: ${HASH}, role: viewer }\n`, /entry 1: name: a name is/],
  ['an unknown key', `- { ${entry}, admin: true }\n`, /entry 1: .*admin/],
  ['no namespace in the list', `- { ${entry}, namespaces: [] }\n`, /entry 1: namespaces: .*whole cluster/],
  ['a wildcard for a namespace', `- { ${entry}, namespaces: ["*"] }\n`, /entry 1: namespaces\.0: .*no name of a namespace/],
  ['one namespace that is no list', `- { ${entry}, namespaces: shop }\n`, /entry 1: namespaces/],
  ['an end without a zone', `- { ${entry}, expiresAt: 2026-12-31T00:00:00 }\n`, /entry 1: expiresAt: .*2026-12-31T00:00:00Z/],
  ['an end that never was', `- { ${entry}, expiresAt: 2026-02-30T00:00:00Z }\n`, /entry 1: expiresAt/],
  ['one token for two', `- { ${entry} }\n- { name: bob, tokenSha256: ${HASH}, role: admin }\n`, /two entries have the token of bob/],
  ['more than a megabyte', `# ${'x'.repeat(1024 * 1024)}\n[]\n`, /larger than/],
])('refuses %s as bad-config, naming the file, the entry and the mend', (_name, text, message) => {
  const file = fileWith(text);
  const read = () => readTokenFile(file);
  expect(read).toThrow(expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(message) }));
  expect(read).toThrow(`http.tokenFile ${file}: `);
  expect(read).toThrow(/kubemend token new/);
});

it('never prints what stood where the hash belongs', () => {
  expect(() => readTokenFile(fileWith('- { name: alice, tokenSha256: hunter2-hunter2, role: viewer }\n'))).not.toThrow(/hunter2/);
});

it('refuses a file that is not there, and one that everybody may write', () => {
  expect(() => readTokenFile('/nowhere/tokens.yaml')).toThrow(/cannot be read/);
  const file = fileWith('[]\n');
  chmodSync(file, 0o666);
  expect(() => readTokenFile(file)).toThrow(/everybody .* may write/);
});
