/** The script in real shells, as local processes: it keeps its promises in each that a container may have. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Load, loadCommand, newsIn } from './load-script.ts';

const shells = [['dash'], ['busybox', 'sh'], ['bash'], ['bash', '--posix']].filter(
  ([program = '']) => spawnSync(program, ['true'], { stdio: 'ignore' }).error === undefined,
);
const load: Load = { cpuCores: 0.3, memoryBytes: 4 * 2 ** 20, forMs: 60_000, rampMs: 0 };
const started: ChildProcess[] = [];

afterEach(() => {
  for (const { pid = 0 } of started.splice(0)) for (const member of membersOf(pid)) process.kill(member.pid, 'SIGKILL');
});

/** Begins the load in a process group of its own, with stdin open. */
function begin(shell: readonly string[], changed: Partial<Load> = {}) {
  const [program = '', ...flags] = shell;
  const [, ...args] = loadCommand({ ...load, ...changed });
  const child = spawn(program, [...flags, ...args], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece.toString()));
  return { child, pid: child.pid ?? 0, output: () => output, exited: once(child, 'exit') };
}

interface Member {
  readonly pid: number;
  readonly residentBytes: number;
}

/** The living processes of a group. */
function membersOf(group: number): readonly Member[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      const isLiving = fields[0] !== 'Z' && fields[0] !== 'X';
      return isLiving && Number(fields[2]) === group ? [{ pid: Number(entry), residentBytes: Number(fields[21]) * 4_096 }] : [];
    } catch {
      return []; // it has ended in between
    }
  });
}

async function until(what: string, holds: () => boolean, timeoutMs: number): Promise<number> {
  const from = Date.now();
  while (!holds()) {
    if (Date.now() - from > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await delay(20);
  }
  return Date.now() - from;
}

const isRunning = (load: ReturnType<typeof begin>) => () => load.output().includes('held 4') && membersOf(load.pid).length >= 4;

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('the load in %s', (_name, shell) => {
  test('uses about the CPU that was asked for, holds the memory, and ends at its deadline with stdin open', async () => {
    const running = begin(shell, { forMs: 4_000, memoryBytes: 64 * 2 ** 20 });
    await until('the memory', () => running.output().includes('held 64'), 4_000);
    expect(Math.max(...membersOf(running.pid).map(({ residentBytes }) => residentBytes))).toBeGreaterThan(64 * 2 ** 20);
    const [code] = await running.exited;
    expect({ code, left: membersOf(running.pid) }).toEqual({ code: 0, left: [] });
    const news = running
      .output()
      .split('\n')
      .flatMap((line) => newsIn(line) ?? []);
    expect(news.at(-1)).toMatchObject({ is: 'ended' });
    const used = news.findLast((one) => one.is === 'used');
    const cores = used === undefined ? 0 : (used.usedSeconds * 1_000) / used.afterMs;
    // A machine that is busy gives less; more is never taken, beyond what one turn and one nap cost.
    expect(cores).toBeGreaterThan(0.05);
    expect(cores).toBeLessThan(0.36);
    expect(
      running
        .output()
        .split('\n')
        .filter((line) => line !== '' && !newsIn(line)),
    ).toEqual([]);
  });

  test('ends at once when stdin closes, and leaves no process', async () => {
    const running = begin(shell);
    await until('the whole load', isRunning(running), 10_000);
    running.child.stdin.end();
    expect(await until('the end of all of it', () => membersOf(running.pid).length === 0, 5_000)).toBeLessThan(3_000);
    expect((await running.exited)[0]).toBe(0);
    expect(running.output()).toMatch(/ended \d+\n$/);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends at once on %s', async (signal) => {
    const running = begin(shell);
    await until('the whole load', isRunning(running), 10_000);
    process.kill(running.pid, signal);
    await until('the end of all of it', () => membersOf(running.pid).length === 0, 5_000);
  });

  test('its parts end when the main process is killed, though stdin is open and the deadline far', async () => {
    const running = begin(shell);
    await until('the whole load', isRunning(running), 10_000);
    process.kill(running.pid, 'SIGKILL');
    await until('the end of all of it', () => membersOf(running.pid).length === 0, 5_000);
  });

  test('ends when nobody takes its output any more', async () => {
    const running = begin(shell);
    await until('the whole load', isRunning(running), 10_000);
    running.child.stdout.destroy();
    running.child.stderr.destroy();
    await until('the end of all of it', () => membersOf(running.pid).length === 0, 8_000);
  });

  test('ends when it is told to while it still takes its memory', async () => {
    const running = begin(shell, { memoryBytes: 100_000 * 2 ** 20, cpuCores: 0 });
    await until('its beginning', () => running.output().includes('started'), 10_000);
    running.child.stdin.end();
    await until('the end of all of it', () => membersOf(running.pid).length === 0, 5_000);
  });
});

test('there is a shell to try the load in', () => {
  expect(shells.length).toBeGreaterThan(0);
});

test('the CPU load grows from nothing over the ramp', async () => {
  const running = begin(shells[0] ?? [], { cpuCores: 0.6, memoryBytes: 0, forMs: 6_000, rampMs: 6_000 });
  await running.exited;
  const news = running
    .output()
    .split('\n')
    .flatMap((line) => newsIn(line) ?? []);
  const used = news.filter((one) => one.is === 'used');
  const early = used.findLast(({ afterMs }) => afterMs < 3_500);
  const late = used.at(-1);
  const firstHalf = early?.usedSeconds ?? 0;
  const secondHalf = (late?.usedSeconds ?? 0) - firstHalf;
  expect(secondHalf).toBeGreaterThan(firstHalf);
  expect(late?.usedSeconds).toBeLessThan(2.2);
});
