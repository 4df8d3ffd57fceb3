import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const tree = mkdtempSync(join(tmpdir(), 'kubemend-contributing-'));
afterAll(() => rmSync(tree, { recursive: true, force: true }));

/** One block of the page: a new file, or lines that go into one before the line that begins with `anchor`. */
interface Step {
  readonly file: string;
  readonly anchor: string | undefined;
  readonly code: string;
}

function stepsIn(page: string): Step[] {
  const blocks = page.matchAll(/<!-- (?:new|into) (\S+?)(?: before "([^"]+)")? -->\n```ts\n([\s\S]*?)```/g);
  return [...blocks].map(([, file = '', anchor, code = '']) => ({ file, anchor, code }));
}

function follow({ file, anchor, code }: Step): void {
  const path = join(tree, file);
  if (anchor === undefined) {
    writeFileSync(path, code, { flag: 'wx' });
    return;
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.startsWith(anchor));
  if (at < 0) throw new Error(`${file} has no line that begins with ${anchor}`);
  writeFileSync(path, lines.toSpliced(at, 0, ...code.trimEnd().split('\n')).join('\n'));
}

/** Runs a program in the copy; its output is the message of the failure. */
function run(program: string, ...args: readonly string[]): void {
  try {
    execFileSync(join(root, 'node_modules/.bin', program), args, { cwd: tree, stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    const { stdout = '', stderr = '' } = { ...(error instanceof Error ? error : {}) } as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')}:\n${stdout}\n${stderr}`);
  }
}

it('leads to a detector with a new cause that passes every gate, in as many files as it says', { timeout: 300_000 }, () => {
  const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const steps = stepsIn(page);
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  for (const file of files) cpSync(join(root, file), join(tree, file), { recursive: true, force: true, mode: 0, errorOnExist: false });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const step of steps) follow(step);
  const created = steps.filter(({ anchor }) => anchor === undefined).map(({ file }) => file);
  const changed = new Set(steps.filter(({ anchor }) => anchor !== undefined).map(({ file }) => file));
  expect(page).toContain(`It takes ${created.length} new files and ${changed.size} changed ones`);
  run('node', 'tools/measure-rules.ts');
  run('tsc', '--noEmit');
  run('biome', 'check', '--error-on-warnings', ...created.map((file) => dirname(file)));
  run('depcruise', 'src', 'test');
  run(
    'vitest',
    'run',
    'src/detectors/state/paused-rollout.test.ts',
    'test/diagnosis',
    'test/detectors',
    'test/architecture/plugin-lists.test.ts',
    'test/architecture.test.ts',
  );
});
