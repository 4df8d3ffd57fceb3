import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'kubemend-tally-'));
afterAll(() => rmSync(folder, { recursive: true }));

const passed = { fullName: 'is well', status: 'passed' };
const failed = { fullName: 'is ill', status: 'failed', failureMessages: ['Error: boom\n    at a.ts:1'] };
const skipped = { fullName: 'is not here', status: 'skipped', meta: { skipReason: 'no Go' } };
const todo = { fullName: 'is to come', status: 'todo' };

const file = (status: string, assertionResults: readonly object[], message = '') => ({
  name: 'a.test.ts',
  status,
  message,
  assertionResults,
});

function tally(runs: readonly { readonly rc: number; readonly files?: readonly object[] }[]) {
  const args = runs.map(({ rc, files }, n) => {
    const path = join(folder, `${n}-${Math.random()}.json`);
    if (files) writeFileSync(path, JSON.stringify({ testResults: files }));
    return `run ${n}:${rc}:${path}`;
  });
  const { stdout, status } = spawnSync(process.execPath, ['tools/tally.mjs', ...args], { encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  return { last: lines.at(-1), listed: lines.slice(0, -1), status };
}

it('adds up the tests of all runs', () => {
  const runs = [
    { rc: 0, files: [file('passed', [passed, passed])] },
    { rc: 0, files: [file('passed', [passed]), file('passed', [passed])] },
  ];
  expect(tally(runs)).toEqual({ last: '4 passed, 0 failed', listed: [], status: 0 });
});

it('lists what was skipped, with its reason, and stays green', () => {
  const { last, listed, status } = tally([{ rc: 0, files: [file('passed', [passed, skipped, todo])] }]);
  expect(last).toBe('1 passed, 0 failed, 2 skipped');
  expect(listed).toEqual(['skipped: is not here: no Go', 'skipped: is to come']);
  expect(status).toBe(0);
});

it.each([
  ['a test failed', [{ rc: 1, files: [file('failed', [passed, failed])] }], 'failed: is ill: Error: boom'],
  ['a file cannot be loaded', [{ rc: 1, files: [file('passed', [passed]), file('failed', [], 'cannot load')] }], 'cannot load'],
  ['a hook failed after tests that passed', [{ rc: 1, files: [file('failed', [passed], 'afterAll broke')] }], 'afterAll broke'],
  ['a run ended badly although its tests passed', [{ rc: 3, files: [file('passed', [passed])] }], 'run 0: exit code 3'],
  ['a run wrote no results', [{ rc: 0, files: [file('passed', [passed])] }, { rc: 0 }], 'run 1: no results'],
])('counts one failure when %s', (_name, runs, said) => {
  const { last, listed, status } = tally(runs);
  expect(last).toBe('1 passed, 1 failed');
  expect(listed.join('\n')).toContain(said);
  expect(status).toBe(1);
});

it('is red when there was no test at all', () => {
  expect(tally([{ rc: 0, files: [] }])).toMatchObject({ last: '0 passed, 0 failed', status: 1 });
});
