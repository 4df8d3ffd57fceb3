import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

function complete(packages: Readonly<Record<string, object>>, ...flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'kubemend-lock-'));
  try {
    const file = join(folder, 'package-lock.json');
    writeFileSync(file, JSON.stringify({ lockfileVersion: 3, packages }));
    const { status, stderr } = spawnSync(process.execPath, [resolve('tools/complete-lock.mjs'), ...flags], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stderr, packages: JSON.parse(readFileSync(file, 'utf8')).packages };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const tool = (optionalDependencies: Readonly<Record<string, string>>, dev = true) => ({ version: '1.0.0', dev, optionalDependencies });

it.each([
  ['@tool/darwin-arm64', { cpu: ['arm64'], os: ['darwin'] }],
  ['@tool/cli-linux-x64-musl', { cpu: ['x64'], libc: ['musl'], os: ['linux'] }],
  ['@tool/binding-linux-arm-gnueabihf', { cpu: ['arm'], libc: ['glibc'], os: ['linux'] }],
  ['@tool/binding-win32-x64-msvc', { cpu: ['x64'], os: ['win32'] }],
  ['@tool/wasm32', { cpu: ['wasm32'] }],
])('adds %s with its platform', (name, platform) => {
  const { packages, status } = complete({ 'node_modules/tool': tool({ [name]: '1.2.3' }) });
  expect(packages[`node_modules/${name}`]).toEqual({ version: '1.2.3', dev: true, optional: true, ...platform });
  expect(status).toBe(0);
});

it('leaves alone what is there, and marks nothing as dev that the product needs', () => {
  const present = { version: '1.2.3', integrity: 'sha512-x', optional: true };
  const wanted = { '@tool/linux-x64': '1.2.3', '@tool/darwin-x64': '1.2.3' };
  const { packages } = complete({ 'node_modules/tool': tool(wanted, false), 'node_modules/@tool/linux-x64': present });
  expect(packages['node_modules/@tool/linux-x64']).toEqual(present);
  expect(packages['node_modules/@tool/darwin-x64']).not.toHaveProperty('dev');
});

it('puts a second version below the package that wants it', () => {
  const { packages } = complete({
    'node_modules/a': tool({ '@tool/linux-x64': '1.0.0' }),
    'node_modules/b': tool({ '@tool/linux-x64': '2.0.0' }),
  });
  expect(packages['node_modules/@tool/linux-x64'].version).toBe('1.0.0');
  expect(packages['node_modules/b/node_modules/@tool/linux-x64'].version).toBe('2.0.0');
});

it('finds the package of a nested parent further up', () => {
  const nested = {
    'node_modules/a/node_modules/b': tool({ '@tool/linux-x64': '1.0.0' }),
    'node_modules/@tool/linux-x64': { version: '1.0.0' },
  };
  expect(Object.keys(complete(nested).packages)).toHaveLength(2);
});

it('says what it cannot complete', () => {
  const { stderr, packages } = complete({ 'node_modules/tool': tool({ accelerator: '^1.0.0', '@tool/linux-x64': '1.x || 2.x' }) });
  expect(Object.keys(packages)).toEqual(['node_modules/tool']);
  expect(stderr).toContain('accelerator@^1.0.0');
  expect(stderr).toContain('@tool/linux-x64@1.x || 2.x');
});

it('only tells with --check, and is red until nothing is missing', () => {
  const lock = { 'node_modules/tool': tool({ '@tool/linux-x64': '1.0.0' }) };
  const checked = complete(lock, '--check');
  expect(checked.status).toBe(1);
  expect(checked.stderr).toContain('make lock');
  expect(checked.packages).toEqual(lock);
  expect(complete(complete(lock).packages, '--check').status).toBe(0);
});

it('finds the lockfile of this repository complete and free of registry addresses', () => {
  expect(spawnSync(process.execPath, ['tools/complete-lock.mjs', '--check'], { encoding: 'utf8' }).stderr).toBe('');
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/"resolved"/);
});
