import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const dataDir = mkdtempSync(join(tmpdir(), 'kubemend-eval-cli-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
for (const system of ['Api', 'Web']) {
  mkdirSync(join(dataDir, system));
  const file = join(dataDir, system, `${system}_2k.log_structured_corrected.csv`);
  writeFileSync(file, 'Content,EventTemplate\ntook 3 ms,took <*> ms\ntook 4 ms,took <*> ms\nup,up\n');
}

function kubemend(...args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const program = join(import.meta.dirname, '../main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env });
  return { status, stdout, stderr };
}

describe('kubemend eval', () => {
  it('prints one JSON object with figures, intervals and baselines, and nothing else', () => {
    const { status, stdout, stderr } = kubemend('eval', 'logs', '--data', dataDir, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const evaluation: unknown = JSON.parse(stdout);
    expect(Object.keys(Object(evaluation))).toEqual(['task', 'configuration', 'cases', 'metrics', 'interval95', 'baselines', 'seconds']);
    expect(evaluation).toMatchObject({
      task: 'logs',
      cases: [{ name: 'Api' }, { name: 'Web' }],
      metrics: { GA: 1 },
      interval95: { GA: [1, 1] },
      baselines: { drain: { metrics: { GA: 1 } } },
    });
  });

  it('prints a table for people: cases, the sum, its intervals, the baselines', () => {
    const { stdout } = kubemend('eval', 'logs', '--data', dataDir, '--limit', '1');
    expect(stdout).toMatch(/^LOGS +GA +FGA +PA +FTA *$/m);
    expect(stdout).toMatch(/^Api +1\.000 +1\.000 +1\.000 +1\.000/m);
    expect(stdout).toMatch(/^all +1\.000 \[1\.000, 1\.000\]/m);
    expect(stdout).toMatch(/^LOGS +linesPerSecond *$/m);
    expect(stdout).toMatch(/^digit-mask +1\.000/m);
    expect(stdout).toContain('1 case in');
    expect(stdout).not.toContain('Web');
  });

  it.each([
    ['an unknown task', ['eval', 'lgos', '--data', dataDir], /there is no such task; there is anomaly, .*logs/],
    ['a folder that is not there', ['eval', 'logs', '--data', '/nowhere'], /--data \/nowhere: there is no such folder/],
    ['a folder with other data', ['eval', 'logs', '--data', import.meta.dirname], /laid out as Loghub-2k/],
    ['no folder', ['eval', 'logs'], /--data/],
    ['a limit of nothing', ['eval', 'logs', '--data', dataDir, '--limit', '0'], /--limit 0: write a number from 1/],
  ])('answers %s with exit code 2 and how to mend it, and prints nothing', (_name, args, message) => {
    const { status, stdout, stderr } = kubemend(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
