import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kubemend-cli-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a demo with its output in pipes, as a script does; `CI` is set, which makes others paint. */
function demo(...args: readonly string[]): Promise<Ended> {
  const options = { env: { PATH: process.env.PATH, HOME: folder, CI: 'true' }, cwd: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'src/cli/main.ts'), 'demo', ...args], options, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('kubemend demo', () => {
  it.each([
    ['a fault that it does not know, and names those that it knows', ['--fault', 'gremlins'], /gremlins.*bad-release, leak/],
    ['a speed that is none', ['--speed', ''], /--speed : write a number from 1 to 30/],
    ['a speed out of range', ['--speed', '0'], /--speed 0: write a number from 1 to 30/],
    ['a seed that is no number', ['--seed', 'x'], /--seed x: write a number from 0/],
  ])('refuses %s, with exit code 2', async (_name, args, message) => {
    const { status, stdout, stderr } = await demo(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('refuses a state directory that is not empty', async () => {
    writeFileSync(join(folder, 'something'), '');
    expect(await demo('--state-dir', folder)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('is not empty') });
  });

  it.concurrent('prints with --json one document alone, and exits with 0 when all is as expected', {
    timeout: 180_000,
  }, async ({ expect }) => {
    const { status, stdout, stderr } = await demo('--once', '--json', '--fault', 'bad-image');
    expect({ status, stderr, report: JSON.parse(stdout) }).toMatchObject({
      status: 0,
      stderr: '',
      report: { mended: 1, unsafeActions: 0, ok: true },
    });
  });

  it.concurrent('tells its story in plain lines into a pipe, and says what one may do next', {
    timeout: 180_000,
  }, async ({ expect }) => {
    const { status, stdout, stderr } = await demo('--once', '--fault', 'bad-image');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}done {7}bad-image: roll Deployment \S+ back to revision 1/m);
    expect(stdout).toContain('\n All as expected: 1 fault, of which mended 1, undone 0, refused 0.\n');
    expect(stdout).toContain('npm run kubemend -- doctor');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
