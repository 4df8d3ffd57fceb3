import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kubemend-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program as a user without any cluster does. */
function kubemend(...args: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: folder, KUBEMEND_STATE_DIR: join(folder, 'state') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args], {
    env,
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function place(name: string, write: (path: string) => void): string {
  const path = join(folder, name);
  write(path);
  return path;
}

describe('the command line', () => {
  it('says what it can do, and its exit codes, in 80 columns', () => {
    const { status, stdout } = kubemend('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Exit codes: 0 done, 1 found a problem, 2 wrong usage, 3 could not reach something.');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(82);
  });

  it.each([
    ['an unknown command', ['pauze'], /did you mean pause/i],
    ['an unknown mode', ['run', '--mode', 'yolo'], /observe, suggest, ask, auto/],
    ['an unknown flag', ['incidents', 'list', '--opne'], /--opne/],
    ['a missing argument', ['approve'], /incident/],
    ['a scope that cannot be', ['pause', '--scope', 'everything'], /namespace:NAME/],
    ['a configuration file that is not there', ['incidents', '--config', '/nowhere.yaml'], /nowhere\.yaml cannot be read/],
  ])('answers %s with exit code 2 and how to mend it', (_name, args, message) => {
    const { status, stdout, stderr } = kubemend(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('refuses a configuration with an unknown key, names the file, and suggests the known one', () => {
    const config = place('typo.yaml', (path) => writeFileSync(path, 'approvalM: 5m\n'));
    const { status, stderr } = kubemend('incidents', '--config', config);
    expect(status).toBe(2);
    expect(stderr).toContain(`${config}: unknown key approvalM (did you mean approvalMs?)`);
  });

  it.each([
    ['no cluster', ['run'], /there is no kubeconfig/],
    [
      'a kubeconfig that cannot be read',
      ['run', '--kubeconfig', place('bad.kubeconfig', (path) => writeFileSync(path, 'a: [b'))],
      /bad\.kubeconfig/,
    ],
    ['a state directory that is a file', ['incidents', '--state-dir', place('file', (path) => writeFileSync(path, ''))], /--state-dir/],
    [
      'a database that is none',
      [
        'incidents',
        '--state-dir',
        place('broken', (path) => {
          mkdirSync(path);
          writeFileSync(join(path, 'truth.db'), 'garbage '.repeat(1_000));
        }),
      ],
      /truth\.db/,
    ],
  ])('answers %s with exit code 3 and one line that says how to mend it', (_name, args, message) => {
    const { status, stdout, stderr } = kubemend(...args);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('tells with exit code 1 that an incident is not there', () => {
    const { status, stderr } = kubemend('approve', 'nope');
    expect(status).toBe(1);
    expect(stderr).toContain('incidents list');
  });

  it('keeps the red button pressed between processes, and writes who pressed it into the audit chain', () => {
    expect(kubemend('pause', '--scope', 'namespace:shop', '--reason', 'release').status).toBe(0);
    const rows: unknown = JSON.parse(kubemend('audit', 'list', '--json').stdout);
    expect(rows).toMatchObject([
      { seq: 1, entry: { what: 'pause', actor: expect.stringMatching(/^user:/), detail: { scope: 'namespace:shop', reason: 'release' } } },
    ]);
    expect(JSON.parse(kubemend('audit', 'verify', '--json').stdout)).toMatchObject({ intact: true, rows: 1 });
    expect(kubemend('resume', '--scope', 'namespace:shop').status).toBe(0);
    expect(kubemend('resume', '--scope', 'namespace:shop').status).toBe(1);
  });

  it('prints manifests that a cluster can take, and nothing else', () => {
    const { status, stdout } = kubemend('manifests');
    expect(status).toBe(0);
    expect(stdout).toContain('kind: ValidatingAdmissionPolicy');
  });

  it.each([
    ['incid', ['kubemend', 'incid'], 'incidents'],
    ['a subcommand', ['kubemend', 'incidents', 'ex'], 'explain'],
    ['a flag after a value', ['kubemend', 'run', '--mode', 'ask', '--once'], '--once'],
    ['a flag of a subcommand', ['kubemend', 'audit', 'list', '--inc'], '--incident'],
  ])('completes %s in bash', (_name, words, expected) => {
    const script = kubemend('completion', 'bash').stdout;
    const asked = `${script}\nCOMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _kubemend; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', asked], { encoding: 'utf8' });
    expect({ words: stdout.trim().split(' '), stderr }).toEqual({ words: [expected], stderr: '' });
  });

  it('goes on trying a cluster that does not answer, and stops at once and in good order on Ctrl-C', async () => {
    const dead = place('dead.kubeconfig', (path) =>
      writeFileSync(
        path,
        JSON.stringify({
          'current-context': 'a',
          clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
          users: [{ name: 'a', user: { token: 'x' } }],
          contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        }),
      ),
    );
    const env = { PATH: process.env.PATH, HOME: folder, KUBEMEND_STATE_DIR: join(folder, 'state') };
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'run', '--kubeconfig', dead], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    for await (const chunk of child.stderr) {
      said += String(chunk);
      if (said.includes('cannot watch')) break;
    }
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(said).toContain('ECONNREFUSED');
  });
});
